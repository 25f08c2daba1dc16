import { describe, expect, it } from '@jest/globals';

import { GatewayError } from '../gateway-error.js';
import type { MessagesEvent } from '../messages/messages.js';
import { openReasoning } from '../openai/reasoning-envelope.js';
import { ChatStreamReader } from './from-stream.js';
import {
  accumulated,
  call,
  contextOf,
  delta,
  joined,
  outline,
  type Payload,
  readAll,
  readBytes,
  role,
  sseOf,
  usageChunk,
  whole,
} from './test/chat-upstream.js';

/** What came before the failure, and the failure. */
function broken(bytes: Uint8Array, context = contextOf()): { error: GatewayError; events: MessagesEvent[] } {
  const events: MessagesEvent[] = [];
  const reader = new ChatStreamReader(context);
  const keeping = {
    read: (event: Parameters<ChatStreamReader['read']>[0]) => {
      const read = reader.read(event);
      events.push(...read);
      return read;
    },
    end: () => reader.end(),
  };
  try {
    readBytes(bytes, keeping);
  } catch (error) {
    if (error instanceof GatewayError) return { error, events };
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('a Chat stream becomes a Messages stream', () => {
  const annotations = [
    { type: 'url_citation', url_citation: { url: 'https://nodejs.org', title: 'Node', start_index: 4, end_index: 8 } },
  ];
  it.each([
    ['before the text', [delta({ annotations }), delta({ content: 'See Node' }), delta({ content: '.' })]],
    ['behind the text', [delta({ content: 'See No' }), delta({ content: 'de.' }), delta({ content: '', annotations })]],
  ])('with the citations that come %s', async (_place, chunks) => {
    for (const stopSequences of [[], ['See Node. And']]) {
      const events = readAll(whole(chunks), contextOf({ stopSequences }));
      expect((await accumulated(events)).content).toEqual([
        {
          type: 'text',
          text: 'See Node.',
          citations: [
            {
              type: 'web_search_result_location',
              url: 'https://nodejs.org',
              title: 'Node',
              cited_text: 'Node',
              encrypted_index: 'cpx1.',
            },
          ],
        },
      ]);
    }
  });

  it('whose server says all of it in one chunk, or once more behind the deltas', async () => {
    const message = {
      role: 'assistant',
      content: 'I look.',
      tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'Bash', arguments: '{"x":1}' } }],
    };
    const chunk = { object: 'chat.completion', choices: [{ index: 0, message, finish_reason: 'tool_calls' }] };
    const said = [delta({ content: 'I look.' }), call(0, { id: 'call_1', name: 'Bash', arguments: '{"x":1}' })];
    for (const chunks of [[chunk], [role, chunk], [role, ...said, chunk]]) {
      expect(await accumulated(readAll(chunks))).toMatchObject({
        content: [
          { type: 'text', text: 'I look.' },
          { type: 'tool_use', id: 'call_1', name: 'Bash', input: { x: 1 } },
        ],
        stop_reason: 'tool_use',
      });
    }
  });

  it('with a warning of citations that come when their text is over', () => {
    const reader = new ChatStreamReader(contextOf());
    const bash = call(0, { id: 'call_1', name: 'Bash', arguments: '{}' });
    readAll(whole([delta({ content: 'See Node.' }), bash, delta({ annotations })]), contextOf(), reader);
    expect(reader.warnings).toEqual([{ code: 'answer_item_dropped', path: 'annotations' }]);
  });

  it('with the usage of the chunk that follows the finish reason, cached tokens taken out of the input', () => {
    const events = readAll(whole([delta({ content: 'Hel' }), delta({ content: 'lo' })]));
    expect(outline(events)).toEqual(['message_start', 'start 0 text', 'stop 0', 'message_delta', 'message_stop']);
    expect(events[0]).toMatchObject({
      message: { id: expect.stringMatching(/^msg_\w{24}$/), model: 'claude-opus-5-5', content: [], stop_reason: null },
    });
    expect(joined(events, 'text_delta')).toBe('Hello');
    expect(events.at(-2)).toEqual({
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null, stop_details: null, container: null },
      usage: {
        input_tokens: 12,
        cache_read_input_tokens: 100,
        cache_creation_input_tokens: 8,
        output_tokens: 30,
        output_tokens_details: { thinking_tokens: 20 },
        server_tool_use: null,
      },
    });
  });

  it('also when usage and finish reason come in one chunk, or no [DONE] comes', async () => {
    const last = { ...delta({}, 'stop'), usage: usageChunk['usage'] };
    const events = readBytes(sseOf([role, delta({ content: 'Hi' }), last], false));
    expect(await accumulated(events)).toMatchObject({ stop_reason: 'end_turn', usage: { output_tokens: 30 } });
  });

  it('with one message_start only, whatever follows [DONE]', () => {
    const bytes = new Uint8Array([
      ...sseOf(whole([delta({ content: 'a' })])),
      ...sseOf(whole([delta({ content: 'b' })])),
    ]);
    expect(readBytes(bytes).filter(({ type }) => type === 'message_start')).toHaveLength(1);
  });

  it('whose usage is estimated with a warning, never zero, when the upstream counts nothing', () => {
    const reader = new ChatStreamReader(contextOf());
    const events = readBytes(sseOf([role, delta({ content: 'twelve chars' }), delta({}, 'stop')]), reader);
    expect(events.at(-2)).toMatchObject({ usage: { output_tokens: 3, input_tokens: 0 } });
    expect(reader.usage).toBeUndefined();
    expect(reader.warnings).toEqual([{ code: 'usage_estimated', path: 'usage' }]);
  });

  it('and survives Azure: an empty first chunk, and filter reports without delta before and after the finish', async () => {
    const prompt = {
      id: '',
      object: '',
      created: 0,
      model: '',
      choices: [],
      prompt_filter_results: [{ prompt_index: 0 }],
    };
    const report = {
      choices: [{ index: 0, content_filter_offsets: {}, content_filter_results: { hate: { filtered: false } } }],
    };
    const events = readAll([prompt, role, report, delta({ content: 'ok' }), delta({}, 'stop'), report, usageChunk]);
    expect(await accumulated(events)).toMatchObject({ content: [{ text: 'ok' }], stop_reason: 'end_turn' });
  });

  it('that ends as a refusal when the asynchronous filter takes the answer back after its finish', () => {
    const report = { choices: [{ index: 0, content_filter_results: { hate: { filtered: true, severity: 'high' } } }] };
    const events = readAll([role, delta({ content: 'x' }), delta({}, 'stop'), report, usageChunk]);
    expect(events.at(-2)).toMatchObject({ delta: { stop_reason: 'refusal', stop_details: { type: 'refusal' } } });
  });

  it('in which the choice with index 0 counts alone', () => {
    const second = { ...role, choices: [{ index: 1, delta: { content: 'no' }, finish_reason: null }] };
    expect(joined(readAll([second, ...whole([delta({ content: 'yes' })])]), 'text_delta')).toBe('yes');
  });

  it('in which a refusal is text, the stop reason and its explanation', () => {
    const events = readAll(whole([delta({ refusal: 'I will ' }), delta({ refusal: 'not.' })]));
    expect(joined(events, 'text_delta')).toBe('I will not.');
    expect(events.at(-2)).toMatchObject({
      delta: { stop_reason: 'refusal', stop_details: { explanation: 'I will not.', category: null } },
    });
  });

  it.each([
    ['stop', 'end_turn'],
    ['length', 'max_tokens'],
    ['content_filter', 'refusal'],
    ['tool_calls', 'end_turn'],
    ['whatever', 'end_turn'],
  ])('whose finish reason %s without a call reads %s', (reason, expected) => {
    const events = readAll(whole([delta({ content: 'x' })], reason));
    expect(events.at(-2)).toMatchObject({ delta: { stop_reason: expected } });
  });

  it('that carries context_management when the client sent it', () => {
    const events = readAll(whole([delta({ content: 'x' })]), contextOf({ contextManagement: true }));
    expect(events.at(-2)).toMatchObject({ context_management: { applied_edits: [] } });
  });

  it('and skips a keep-alive in words with a warning', () => {
    const reader = new ChatStreamReader(contextOf());
    expect(reader.read({ event: '', data: 'PROCESSING' })).toEqual([]);
    expect(reader.warnings).toEqual([{ code: 'upstream_line_skipped', path: 'stream' }]);
  });
});

describe('thinking in a Chat stream', () => {
  const thinking = [delta({ reasoning_content: 'Let me ' }), delta({ reasoning_content: 'think.' })];
  const chunks = whole([...thinking, delta({ content: 'Done.' })]);

  it('never puts a thinking_delta into a text block, and signs the block once before it closes', async () => {
    const events = readAll(chunks);
    expect(outline(events)).toEqual([
      'message_start',
      'start 0 thinking',
      'stop 0',
      'start 1 text',
      'stop 1',
      'message_delta',
      'message_stop',
    ]);
    expect(joined(events, 'thinking_delta')).toBe('Let me think.');
    const { content } = await accumulated(events);
    const signature = content[0]?.type === 'thinking' ? content[0].signature : '';
    expect(openReasoning(signature)).toEqual({ provider: 'openai', model: 'gpt-4.1', item: {} });
  });

  it('keeps the text in the signature when the client wants it omitted', async () => {
    const events = readAll(chunks, contextOf({ thinking: 'omitted' }));
    const [block] = (await accumulated(events)).content;
    expect(block).toMatchObject({ type: 'thinking', thinking: '' });
    const signature = block?.type === 'thinking' ? block.signature : '';
    expect(openReasoning(signature)?.item).toEqual({ summary: ['Let me think.'] });
  });

  it('is not shown to a client that did not ask for it', async () => {
    const { content } = await accumulated(readAll(chunks, contextOf({ thinking: 'hidden' })));
    expect(content).toEqual([{ type: 'text', text: 'Done.', citations: null }]);
  });

  it.each([
    { reasoning: 'hm' },
    { reasoning: 'hm', reasoning_details: [{ text: 'hm' }] },
    { reasoning_details: [{ text: 'hm' }] },
  ])('is read from %j', (fields) => {
    expect(joined(readAll(whole([delta(fields)])), 'thinking_delta')).toBe('hm');
  });
});

describe('stop sequences in a Chat stream', () => {
  const pieces = ['One. ', 'ST', 'O', 'P and more'].map((content) => delta({ content }));

  it('end the answer before them, however they were cut, and say which one matched', async () => {
    const reader = new ChatStreamReader(contextOf({ stopSequences: ['STOP', 'END'] }));
    const events = readBytes(sseOf(whole(pieces)), reader);
    expect(await accumulated(events)).toMatchObject({
      content: [{ type: 'text', text: 'One. ' }],
      stop_reason: 'stop_sequence',
      stop_sequence: 'STOP',
    });
    expect(reader.finished).toBe(true);
    expect(reader.cut).toBe(true);
  });

  it('leave an estimate of what the upstream has not told, for the client and the account alike', async () => {
    const reader = new ChatStreamReader(contextOf({ stopSequences: ['STOP'] }));
    const events = [role, delta({ reasoning_content: '12345678' }), ...pieces].flatMap((payload) =>
      reader.read({ event: '', data: JSON.stringify(payload) }),
    );
    expect(reader.usage).toBeUndefined();
    const { usage } = await accumulated([...events, ...reader.end(70)]);
    expect(usage).toMatchObject({ input_tokens: 70, output_tokens: 4 });
    expect(reader.usage).toMatchObject({ input_tokens: 70, output_tokens: 4 });
    expect(reader.warnings).toEqual([{ code: 'usage_estimated', path: 'usage' }]);
  });

  it('leave what the upstream has told in every chunk', () => {
    const reader = new ChatStreamReader(contextOf({ stopSequences: ['STOP'] }));
    const usage = { prompt_tokens: 50, completion_tokens: 3, total_tokens: 53 };
    for (const payload of [role, delta({ content: 'a STOP b' })])
      reader.read({ event: '', data: JSON.stringify({ ...payload, usage }) });
    reader.end();
    expect(reader.usage).toMatchObject({ input_tokens: 50, output_tokens: 3 });
    expect(reader.warnings).toEqual([]);
  });

  it('lose nothing of text that only begins like one', async () => {
    const events = readAll(
      whole([delta({ content: 'a ST' }), delta({ content: 'AR' }), delta({ content: ' ST' })]),
      contextOf({ stopSequences: ['STOP'] }),
    );
    expect((await accumulated(events)).content).toMatchObject([{ text: 'a STAR ST' }]);
  });
});

describe('a Chat stream that breaks', () => {
  const begun = [role, delta({ content: 'Half an ans' })];

  it('is an error, never a clean end, when it closes without a finish reason', () => {
    expect(broken(sseOf(begun, false)).error).toMatchObject({
      code: 'upstream_failed',
      message: 'The upstream closed the stream early',
    });
    expect(broken(sseOf(begun, true)).error.code).toBe('upstream_failed');
    expect(broken(new Uint8Array()).error.code).toBe('upstream_failed');
  });

  it('leaves an open tool call open, so that no client runs half of it', () => {
    const half = [role, call(0, { id: 'call_1', name: 'Bash', arguments: '{"command":"rm -rf /tmp/x' })];
    const { events } = broken(sseOf(half, false));
    expect(outline(events)).toEqual(['message_start', 'start 0 tool_use']);
  });

  it.each<[Payload, string]>([
    [{ error: { message: 'Rate limit reached', type: 'tokens', code: 'rate_limit_exceeded' } }, 'rate_limited'],
    [{ error: { message: 'busy', code: 503 } }, 'overloaded'],
    [{ error: { message: 'boom', type: 'server_error' } }, 'upstream_failed'],
    [{ error: { message: 'You exceeded your current quota', code: 'insufficient_quota' } }, 'billing'],
    [{ object: 'error', message: 'bad', code: 400 }, 'invalid_request'],
  ])('because of an error frame inside a 200 (%j) is an error of that kind', (payload, code) => {
    expect(broken(sseOf([payload], false)).error.code).toBe(code);
    expect(broken(sseOf([...begun, payload], false)).error.code).toBe(code);
  });

  it('because of an event named error is an error even in plain text', () => {
    const reader = new ChatStreamReader(contextOf());
    expect(() => reader.read({ event: 'error', data: 'upstream is down' })).toThrow(GatewayError);
  });

  it('because of half an object is an invalid answer', () => {
    const reader = new ChatStreamReader(contextOf());
    expect(() => reader.read({ event: '', data: '{"choices":[{"delta":{"cont' })).toThrow(
      expect.objectContaining({ code: 'upstream_invalid_answer' }),
    );
    expect(reader.read({ event: '', data: '[DONE]' })).toEqual([]);
  });
});
