import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { ChatStreamFormatter } from '../chat/format-stream.js';
import { CompletionsStreamFormatter } from '../completions/format-stream.js';
import { GatewayError } from '../gateway-error.js';
import { thinkingEnvelope } from '../inbound/thinking-envelope.js';
import { ResponsesStreamFormatter } from '../responses/format-stream.js';
import { eventsFromMessage } from './events-from-message.js';
import { fromMessagesResponse } from './from-response.js';
import { MessagesStreamReader } from './from-stream.js';
import { MessageAccumulator, messageFromEvents } from './message-from-events.js';
import type { MessagesEvent } from './messages.js';
import { sampleMessage, sampleMessages, textBlock } from './sample-messages.fixture.js';

const context = {
  model: 'asked-for',
  upstream: { provider: 'anthropic', model: 'claude-x' },
  toolNames: new Map<string, string>(),
  stopSequences: [],
  thinking: 'shown' as const,
  contextManagement: false,
};

function read(...events: unknown[]): MessagesEvent[] {
  const reader = new MessagesStreamReader(context);
  const before = events.flatMap((event) => reader.read({ event: '', data: JSON.stringify(event) }));
  return [...before, ...reader.end()];
}

const start = {
  type: 'message_start',
  message: { id: 'msg_1', model: 'claude-x', usage: { input_tokens: 3, output_tokens: 1 } },
};
const textStart = (index = 0) => ({
  type: 'content_block_start',
  index,
  content_block: { type: 'text', text: '', citations: null },
});
const text = (words: string, index = 0) => ({
  type: 'content_block_delta',
  index,
  delta: { type: 'text_delta', text: words },
});
const stop = (index = 0) => ({ type: 'content_block_stop', index });
const thinkingDelta = {
  type: 'content_block_delta',
  index: 0,
  delta: { type: 'thinking_delta', thinking: 'see.' },
};
const ending = { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 5 } };
const messageStop = { type: 'message_stop' };

const callStart = (index: number) => ({
  type: 'content_block_start',
  index,
  content_block: { type: 'tool_use', id: `toolu_${index}`, name: 'Bash', input: {} },
});
const thinkingStart = { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '' } };
const inputDelta = (index: number) => ({
  type: 'content_block_delta',
  index,
  delta: { type: 'input_json_delta', partial_json: '{"command":"ls"}' },
});

describe('MessagesStreamReader', () => {
  it('completes what an older upstream leaves out and names the model that was asked for', () => {
    const message = messageFromEvents(read(start, textStart(), text('hi'), stop(), ending, messageStop));
    expect(message).toMatchObject({
      model: 'asked-for',
      content: [{ text: 'hi' }],
      stop_reason: 'end_turn',
      stop_details: null,
    });
    expect(message.usage).toMatchObject({ input_tokens: 3, output_tokens: 5, cache_read_input_tokens: null });
  });

  it('lets nothing through that would break the grammar', () => {
    const signature = { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'x' } };
    const events = read(
      { type: 'ping' },
      start,
      start,
      { type: 'ping' },
      { type: 'invented' },
      textStart(4),
      text('a', 4),
      text('', 0),
      signature,
      { type: 'content_block_delta', index: 4, delta: { type: 'compaction_delta' } },
      { type: 'content_block_delta', index: 4 },
      stop(4),
      textStart(9),
      text('b', 9),
      stop(9),
      stop(9),
      { type: 'message_delta', delta: {}, usage: { input_tokens: 7 } },
      ending,
      messageStop,
      text('after the end', 9),
    );
    expect(events.map((event) => event.type)).toEqual([
      'message_start',
      'ping',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    expect(messageFromEvents(events)).toMatchObject({
      content: [{ text: 'a' }, { text: 'b' }],
      usage: { input_tokens: 7, output_tokens: 5 },
    });
  });

  it.each([
    ['calls that overlap', [callStart(0), callStart(1), inputDelta(0), inputDelta(1), stop(0), stop(1)]],
    ['a block that is never closed', [callStart(0), textStart(1), text('a', 1), stop(1)]],
    ['text inside of thinking', [thinkingStart, text('the answer'), stop()]],
    ['thinking inside of text', [textStart(), thinkingDelta, stop()]],
    ['text without a block', [text('the answer')]],
    ['text of a block that is over', [textStart(), stop(), text('the answer')]],
    ['input without a block', [inputDelta(0)]],
    ['input inside of text', [textStart(), inputDelta(0), stop()]],
    ['text that is none', [textStart(), { ...text(''), delta: { type: 'text_delta', text: ['a'] } }, stop()]],
  ])('takes no answer of which it would lose a part: %s', (_case, events) => {
    expect(() => read(start, ...events, ending, messageStop)).toThrow(
      expect.objectContaining({ code: 'upstream_invalid_answer' }),
    );
  });

  it('keeps the container, which tells where code ran, and null where there is none', () => {
    const container = { id: 'container_1', expires_at: '2026-01-01T00:00:00Z' };
    const inDelta = { ...ending, delta: { ...ending.delta, container } };
    const told = read(start, inDelta, ending, messageStop).find(({ type }) => type === 'message_delta');
    expect(told).toMatchObject({ delta: { container } });
    const untold = read(start, ending, messageStop).find(({ type }) => type === 'message_delta');
    expect(untold).toMatchObject({ delta: { container: null } });
  });

  it('says when a delta of an unknown kind is left out', () => {
    const reader = new MessagesStreamReader(context);
    const unknown = { type: 'content_block_delta', index: 0, delta: { type: 'invented_delta', sound: 'x' } };
    for (const event of [start, textStart(), unknown, unknown, stop()])
      reader.read({ event: '', data: JSON.stringify(event) });
    expect(reader.warnings).toEqual([{ code: 'answer_item_dropped', path: 'content.0' }]);
  });

  it('says when a citation is of a kind that only Anthropic has', () => {
    const reader = new MessagesStreamReader(context);
    const [web, file] = ['web_search_result_location', 'char_location'].map((type) => ({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'citations_delta', citation: { type, cited_text: 'x' } },
    }));
    const events = [start, textStart(), web, file, stop()];
    for (const event of events) reader.read({ event: '', data: JSON.stringify(event) });
    expect(reader.warnings).toEqual([{ code: 'answer_item_dropped', path: 'content.0' }]);
  });

  it('says which blocks only Anthropic’s own clients can be shown, as the plain answer does', () => {
    const content = [
      { type: 'text', text: 'a' },
      { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} },
      { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] },
      { type: 'server_tool_use', id: 'srvtoolu_2', name: 'code_execution', input: {} },
      { type: 'mystery', data: 'x' },
      { type: 'text', text: 'b', citations: [{ type: 'web_search_result_location', url: 'https://example.org/' }] },
      { type: 'text', text: 'c', citations: [{ type: 'page_location', cited_text: 'c', document_index: 0 }] },
    ];
    const warnings = [
      { code: 'answer_item_dropped', path: 'content.3' },
      { code: 'answer_item_dropped', path: 'content.4' },
      { code: 'answer_item_dropped', path: 'content.6' },
    ];
    const reader = new MessagesStreamReader(context);
    const blocks = content.flatMap((block, index) => [
      { type: 'content_block_start', index, content_block: block },
      stop(index),
    ]);
    for (const event of [start, ...blocks]) reader.read({ event: '', data: JSON.stringify(event) });
    expect(reader.warnings).toEqual(warnings);
    expect(fromMessagesResponse({ content }, context).warnings).toEqual(warnings);
  });

  it('says in deltas what a block begins with, as formatters read text there alone', () => {
    const citation = { type: 'web_search_result_location', url: 'https://example.org/' };
    const content = [
      { type: 'thinking', thinking: 'Let me ', signature: '' },
      { type: 'text', text: 'Hello ', citations: [citation] },
    ];
    const starts = content.map((block, index) => ({ type: 'content_block_start', index, content_block: block }));
    const events = read(
      start,
      starts[0],
      thinkingDelta,
      stop(),
      starts[1],
      text('world', 1),
      stop(1),
      ending,
      messageStop,
    );
    const formatted = new CompletionsStreamFormatter({ model: 'm', includeUsage: false, prefix: '' });
    expect(events.map((event) => formatted.write(event)).join('')).toContain('"text":"Hello "');
    expect(messageFromEvents(events).content).toEqual([
      { type: 'thinking', thinking: 'Let me see.', signature: '' },
      { type: 'text', text: 'Hello world', citations: [citation] },
    ]);
  });

  it.each([
    ['at the end, and nothing of it before', {}, true],
    ['at the end, and null before', { signature: null }, true],
    ['at the start', { signature: 'sig' }, false],
    ['at the start and at the end', { signature: 'sig' }, true],
  ])('keeps a signature that comes %s', (_when, begun, inDelta) => {
    const block = { type: 'thinking', thinking: '', ...begun };
    const delta = { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'sig' } };
    const blockStart = { type: 'content_block_start', index: 0, content_block: block };
    const events = read(start, blockStart, thinkingDelta, ...(inDelta ? [delta] : []), stop(), ending, messageStop);
    const thought = { type: 'thinking' as const, thinking: 'see.', signature: 'sig' };
    expect(messageFromEvents(events).content).toEqual([thought]);
    const envelope = thinkingEnvelope(thought, context.model);
    const settings = {
      model: 'm',
      customTools: [],
      settings: {},
      namespaced: {},
      includeUsage: false,
      legacyFunctions: false,
    };
    for (const formatter of [new ChatStreamFormatter(settings), new ResponsesStreamFormatter(settings)]) {
      expect(events.map((event) => formatter.write(event)).join('')).toContain(`"${envelope}"`);
    }
  });

  it('takes thinking without a signature for what it is, and nothing to be sent back', () => {
    for (const unsigned of [{}, { signature: null }]) {
      const { message } = fromMessagesResponse(
        { content: [{ type: 'thinking', thinking: 'x', ...unsigned }] },
        context,
      );
      expect(message.content).toEqual([{ type: 'thinking', thinking: 'x', signature: '' }]);
    }
  });

  it.each([
    ['before it began', []],
    ['inside a block', [start, textStart(), text('a')]],
    ['inside a block, with a stop', [start, textStart(), text('a'), messageStop]],
    ['inside a block, with all that belongs behind it', [start, textStart(), text('a'), ending, messageStop]],
    ['before its stop reason', [start, textStart(), text('a'), stop()]],
    ['before its stop reason, with a stop', [start, messageStop]],
  ])('never makes a clean end of a stream that ends %s', (_case, events) => {
    expect(() => read(...events)).toThrow(GatewayError);
  });

  it('takes a stop reason for the end where a relay forgets message_stop', () => {
    expect(read(start, textStart(), text('a'), stop(), ending).at(-1)).toEqual(messageStop);
  });

  it('throws the error that the upstream sends', () => {
    const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    expect(() => read(start, error)).toThrow(expect.objectContaining({ code: 'overloaded' }));
  });

  it('throws nothing but GatewayError, whatever comes', () => {
    const event = fc.oneof(
      fc.constantFrom<unknown>(start, textStart(), text('a'), stop(), ending, messageStop),
      fc.record({
        type: fc.constantFrom('message_start', 'content_block_start', 'content_block_delta', 'message_delta', 'error'),
        delta: fc.jsonValue(),
        message: fc.jsonValue(),
        usage: fc.jsonValue(),
        content_block: fc.jsonValue(),
      }),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(fc.array(event), fc.array(fc.string()), (events, lines) => {
        const reader = new MessagesStreamReader(context);
        try {
          for (const data of [...events.map((item) => JSON.stringify(item)), ...lines])
            reader.read({ event: '', data });
          reader.end();
        } catch (error) {
          expect(error).toBeInstanceOf(GatewayError);
        }
      }),
    );
  });
});

describe('fromMessagesResponse', () => {
  it('returns the message under the name that was asked for', () => {
    for (const message of Object.values(sampleMessages)) {
      expect(fromMessagesResponse(structuredClone(message), context).message).toEqual({
        ...message,
        model: 'asked-for',
      });
    }
  });

  it.each([
    null,
    '<html>',
    {},
    { content: 'x' },
    { content: [{ type: 'text' }] },
    { content: [{ type: 'tool_use', input: '{}' }] },
  ])('refuses %j, which is no message', (json) => {
    expect(() => fromMessagesResponse(json, context)).toThrow(
      expect.objectContaining({ code: 'upstream_invalid_answer' }),
    );
  });
});

describe('MessageAccumulator', () => {
  it('does not take half a stream for an answer', () => {
    const accumulator = new MessageAccumulator();
    for (const event of [...eventsFromMessage(sampleMessage([textBlock('a')]))].slice(0, -1)) accumulator.add(event);
    expect(accumulator.complete).toBe(false);
    expect(() => accumulator.finished()).toThrow(GatewayError);
  });
});

describe('a stop sequence that Anthropic does not take', () => {
  const stopping = { ...context, stopSequences: ['\n\n'] };

  it('ends the stream where it is completed, and nothing behind it is read', () => {
    const reader = new MessagesStreamReader(stopping);
    const events = [
      start,
      textStart(),
      text('one\n'),
      text('\ntwo'),
      text('three'),
      stop(),
      ending,
      messageStop,
    ].flatMap((event) => reader.read({ event: '', data: JSON.stringify(event) }));
    expect(reader.cut).toBe(true);
    expect(reader.finished).toBe(true);
    expect(messageFromEvents([...events, ...reader.end()])).toMatchObject({
      content: [{ type: 'text', text: 'one' }],
      stop_reason: 'stop_sequence',
      stop_sequence: '\n\n',
      usage: { input_tokens: 3, output_tokens: 2 },
    });
    expect(reader.usage).toMatchObject({ input_tokens: 3, output_tokens: 2 });
    expect(reader.warnings).toEqual([{ code: 'usage_estimated', path: 'usage' }]);
  });

  it('ends with an estimate of the input, too, where the upstream has not told it', () => {
    const reader = new MessagesStreamReader(stopping);
    const untold = { type: 'message_start', message: { id: 'msg_1', model: 'claude-x' } };
    const events = [untold, textStart(), text('one\n\n')].flatMap((event) =>
      reader.read({ event: '', data: JSON.stringify(event) }),
    );
    expect(reader.usage).toBeUndefined();
    expect(messageFromEvents([...events, ...reader.end(70)]).usage).toMatchObject({
      input_tokens: 70,
      output_tokens: 2,
    });
    expect(reader.usage).toMatchObject({ input_tokens: 70, output_tokens: 2 });
    expect(reader.end(70)).toEqual([]);
  });

  it('counts what was thought before it', () => {
    const reader = new MessagesStreamReader(stopping);
    const thinking = { type: 'thinking', thinking: '12345678', signature: '' };
    for (const event of [
      start,
      { type: 'content_block_start', index: 0, content_block: thinking },
      stop(),
      textStart(1),
      text('12\n\n', 1),
    ])
      reader.read({ event: '', data: JSON.stringify(event) });
    reader.end();
    expect(reader.usage?.output_tokens).toBe(3);
  });

  it('is found in the text that a block begins with', () => {
    const reader = new MessagesStreamReader(stopping);
    const block = { type: 'content_block_start', index: 0, content_block: { type: 'text', text: 'one\n\ntwo' } };
    const events = [start, block].flatMap((event) => reader.read({ event: '', data: JSON.stringify(event) }));
    expect(messageFromEvents([...events, ...reader.end()])).toMatchObject({
      content: [{ text: 'one' }],
      stop_sequence: '\n\n',
    });
  });

  it('holds nothing back for good', () => {
    const reader = new MessagesStreamReader(stopping);
    const events = [start, textStart(), text('one\n'), stop(), ending, messageStop].flatMap((event) =>
      reader.read({ event: '', data: JSON.stringify(event) }),
    );
    expect(reader.cut).toBe(false);
    expect(messageFromEvents(events)).toMatchObject({ content: [{ text: 'one\n' }], stop_reason: 'end_turn' });
  });

  it('ends a plain answer, too', () => {
    const json = sampleMessage([textBlock('one'), textBlock('two\n\nthree'), textBlock('four')]);
    expect(fromMessagesResponse(json, stopping).message).toMatchObject({
      content: [{ text: 'one' }, { text: 'two' }],
      stop_reason: 'stop_sequence',
      stop_sequence: '\n\n',
    });
    expect(fromMessagesResponse(sampleMessage([textBlock('one\n')]), stopping).message.content).toEqual([
      textBlock('one\n'),
    ]);
  });
});
