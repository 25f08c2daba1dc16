import { describe, expect, it } from '@jest/globals';

import { openReasoning } from '../openai/reasoning-envelope.js';
import { fromChatResponse } from './from-response.js';
import { ChatStreamReader } from './from-stream.js';
import { contextOf, delta, type Payload, readAll, usageChunk, whole } from './test/chat-upstream.js';

function completion(message: Payload, finishReason: string | null = 'stop', more: Payload = {}): Payload {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content: null, ...message }, finish_reason: finishReason }],
    usage: usageChunk['usage'],
    ...more,
  };
}

const toolCall = (args: unknown, name = 'Bash') => ({
  tool_calls: [{ id: 'call_1', type: 'function', function: { name, arguments: args } }],
});

function blocks(message: Payload, finishReason = 'stop', context = contextOf()) {
  const { message: answer, warnings } = fromChatResponse(completion(message, finishReason), context);
  return { content: answer.content, stopReason: answer.stop_reason, codes: warnings.map(({ code }) => code) };
}

/** Reads an answer of half a text whose choice says `more` besides. */
const failed = (more: Payload) => () =>
  fromChatResponse({ choices: [{ index: 0, message: { content: 'Half' }, ...more }] }, contextOf());

const annotation = (start: number, end: number) => ({
  type: 'url_citation',
  url_citation: { url: 'https://nodejs.org', title: 'Node', start_index: start, end_index: end },
});

describe('a Chat completion becomes a message', () => {
  it('with an id of its own for every call, where the server names those of one tool alike', () => {
    const calls = [1, 2].map((x) => ({ id: 'call-Read', function: { name: 'Read', arguments: `{"x":${x}}` } }));
    const { message } = fromChatResponse(completion({ content: null, tool_calls: calls }, 'tool_calls'), contextOf());
    expect(message.content).toMatchObject([
      { type: 'tool_use', id: 'call-Read', input: { x: 1 } },
      { type: 'tool_use', id: expect.stringMatching(/^toolu_\w{24}$/), input: { x: 2 } },
    ]);
  });

  it('with all members that clients rely on', () => {
    const { message, warnings } = fromChatResponse(
      completion({ content: 'Hello', annotations: [], refusal: null }, 'stop', { service_tier: 'default' }),
      contextOf(),
    );
    expect(message).toEqual({
      id: expect.stringMatching(/^msg_\w{24}$/),
      type: 'message',
      role: 'assistant',
      model: 'claude-opus-5-5',
      content: [{ type: 'text', text: 'Hello', citations: null }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      stop_details: null,
      container: null,
      diagnostics: null,
      usage: {
        input_tokens: 12,
        output_tokens: 30,
        cache_read_input_tokens: 100,
        cache_creation_input_tokens: 8,
        cache_creation: { ephemeral_5m_input_tokens: 8, ephemeral_1h_input_tokens: 0 },
        output_tokens_details: { thinking_tokens: 20 },
        inference_geo: null,
        server_tool_use: null,
        service_tier: 'standard',
        speed: null,
      },
    });
    expect(warnings).toEqual([]);
  });

  it('with the web citations of its text', () => {
    expect(blocks({ content: 'See Node.', annotations: [annotation(4, 8)] })).toEqual({
      content: [
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
      ],
      stopReason: 'end_turn',
      codes: [],
    });
  });

  it.each<[string, Payload]>([
    ['images', { content: 'Here.', images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } }] }],
    ['audio', { content: '', audio: { id: 'audio_1', data: 'AA', transcript: 'hello' } }],
    ['annotations', { content: 'See.', annotations: [{ type: 'file_citation', file_id: 'file_1' }] }],
    ['annotations', { content: '', annotations: [annotation(0, 0)] }],
  ])('with a warning of %s that it has no block for, in a stream as well', (path, message) => {
    const warnings = [{ code: 'answer_item_dropped', path }];
    expect(fromChatResponse(completion(message), contextOf()).warnings).toEqual(warnings);
    const reader = new ChatStreamReader(contextOf());
    readAll(whole([delta(message), delta({ ...message, content: '' })]), contextOf(), reader);
    expect(reader.warnings).toEqual(warnings);
  });

  it('with an id of its own each time, because clients merge answers that share one', () => {
    const answer = completion({ content: 'x' });
    expect(fromChatResponse(answer, contextOf()).message.id).not.toBe(fromChatResponse(answer, contextOf()).message.id);
  });

  it('with the names that the client declared', () => {
    const context = contextOf({ toolNames: new Map([['short_1', 'mcp__very__long']]) });
    expect(blocks(toolCall('{"x":1}', 'short_1'), 'tool_calls', context).content).toEqual([
      { type: 'tool_use', id: 'call_1', name: 'mcp__very__long', input: { x: 1 }, caller: { type: 'direct' } },
    ]);
  });

  it.each([
    ['', {}, []],
    ['{"x":1}', { x: 1 }, []],
    ['"{\\"x\\":1}"', { x: 1 }, []],
    [{ x: 1 }, { x: 1 }, []],
    [undefined, {}, []],
  ])('whose arguments %j are an object, whatever they were', (args, input, codes) => {
    expect(blocks(toolCall(args))).toMatchObject({ content: [{ input }], codes, stopReason: 'tool_use' });
  });

  it.each(['{"x":"half', '[1,2]', 'no JSON', 5, ['{}']])(
    'never out of arguments %j: what the model meant cannot be known, and a client would run it',
    (args) => {
      expect(() => blocks(toolCall(args), 'tool_calls')).toThrow(
        expect.objectContaining({ code: 'upstream_invalid_answer' }),
      );
    },
  );

  it('whose half arguments are read as far as they go where the model was cut off, with a warning', () => {
    expect(blocks(toolCall('{"x":"half'), 'length')).toMatchObject({
      content: [{ input: { x: 'half' } }],
      codes: ['tool_input_repaired'],
      stopReason: 'max_tokens',
    });
  });

  it('with ids that Anthropic would accept in the next turn, the same each time', () => {
    const odd = { tool_calls: [{ id: 'functions.Bash:0', function: { name: 'Bash', arguments: '{}' } }] };
    const [first, second] = [blocks(odd), blocks(odd)].map(({ content }) => content[0]);
    expect(first).toMatchObject({ id: expect.stringMatching(/^[a-zA-Z0-9_-]{1,64}$/) });
    expect(first).toEqual(second);
  });

  it('without the empty calls with which some servers pad their list', () => {
    const call = { id: 'call_1', function: { name: 'Bash', arguments: '{}' } };
    const padded = { tool_calls: [call, { id: '', function: { name: '', arguments: '' } }, {}] };
    expect(blocks(padded).content).toMatchObject([{ name: 'Bash' }]);
  });

  it.each([
    { tool_calls: ['Bash'] },
    { tool_calls: [{ function: { name: 'Bash', arguments: '{}' } }, null] },
    { tool_calls: 'Bash' },
    { content: ['text'] },
    { content: [{ type: 'text', text: 5 }] },
    { tool_calls: [{ function: { name: 'parallel', arguments: '{"tool_uses":["Bash"]}' } }] },
    ...[
      '[{}]',
      '[]',
      'null',
      '[{"recipient_name":"Bash","parameters":"{"}]',
      '[{"recipient_name":"Bash","parameters":[]}]',
    ].map((uses) => ({ tool_calls: [{ function: { name: 'parallel', arguments: `{"tool_uses":${uses}}` } }] })),
    { tool_calls: [{ function: { name: 'parallel', arguments: '{"calls":[{"name":"Bash"}]}' } }] },
  ])('never in part: %j is an error', (message) => {
    expect(() => blocks(message)).toThrow(expect.objectContaining({ code: 'upstream_invalid_answer' }));
  });

  it('with the texts and the thinking of a list of parts, and a warning for parts of other kinds', () => {
    const content = [
      { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
      { type: 'text', text: 'Hello' },
      { type: 'image_url', image_url: 'x' },
    ];
    expect(blocks({ content })).toMatchObject({
      content: [
        { type: 'thinking', thinking: 'hm' },
        { type: 'text', text: 'Hello' },
      ],
      codes: ['answer_item_dropped'],
    });
  });

  it('without the calls of a made-up wrapper that was cut off: which were meant as they stand is unknown', () => {
    const args = '{"tool_uses":[{"recipient_name":"functions.Bash","parameters":{"x":1';
    expect(blocks(toolCall(args, 'parallel'), 'length')).toEqual({
      content: [],
      codes: ['tool_input_repaired'],
      stopReason: 'max_tokens',
    });
  });

  it('or an error when its choice says that the upstream failed, with what came before', () => {
    const error = { code: 429, message: 'Slow down' };
    expect(failed({ finish_reason: 'error' })).toThrow(expect.objectContaining({ code: 'upstream_failed' }));
    expect(failed({ finish_reason: 'error', error })).toThrow(expect.objectContaining({ code: 'rate_limited' }));
    expect(failed({ finish_reason: 'stop', error })).toThrow(expect.objectContaining({ code: 'rate_limited' }));
  });

  it('out of its first choice, wherever that stands', () => {
    const choices = [1, 0].map((index) => ({ index, message: { content: `choice ${index}` }, finish_reason: 'stop' }));
    expect(fromChatResponse({ choices }, contextOf()).message.content).toMatchObject([{ text: 'choice 0' }]);
  });

  it('whose call may be half of one where Azure’s filter took the rest away', () => {
    const filtered = { content_filter_results: { hate: { filtered: true } } };
    const choices = [{ index: 0, message: toolCall('{"x":"ha'), finish_reason: '', ...filtered }];
    expect(fromChatResponse({ choices }, contextOf()).message).toMatchObject({
      content: [{ name: 'Bash', input: { x: 'ha' } }],
      stop_reason: 'refusal',
    });
  });

  it.each(['max_tokens', 'model_length'])('that was cut off for %s, as servers beside OpenAI call it', (reason) => {
    expect(blocks(toolCall('{"x":"ha'), reason)).toMatchObject({
      stopReason: 'max_tokens',
      codes: ['tool_input_repaired'],
    });
  });

  it('that stops for max_tokens even with a call in it, and for end_turn when no call came', () => {
    expect(blocks(toolCall('{"x":"ha'), 'length').stopReason).toBe('max_tokens');
    expect(blocks({ content: 'x' }, 'tool_calls').stopReason).toBe('end_turn');
    expect(blocks({ content: 'x' }, 'odd')).toMatchObject({ stopReason: 'end_turn', codes: ['finish_reason_unknown'] });
    expect(blocks(toolCall('{}'), 'odd')).toMatchObject({ stopReason: 'tool_use', codes: ['finish_reason_unknown'] });
  });

  it('with the calls that a made-up wrapper holds', () => {
    const args = JSON.stringify({
      tool_uses: [
        { recipient_name: 'functions.Bash', parameters: { x: 1 } },
        { recipient_name: 'functions.Read', parameters: {} },
        { recipient_name: 'functions.Bash', parameters: '{"x":2}' },
        { recipient_name: 'functions.Read' },
      ],
    });
    expect(blocks(toolCall(args, 'multi_tool_use.parallel')).content).toMatchObject([
      { name: 'Bash', input: { x: 1 } },
      { name: 'Read', input: {} },
      { name: 'Bash', input: { x: 2 } },
      { name: 'Read', input: {} },
    ]);
    const declared = contextOf({ toolNames: new Map([['parallel', 'parallel']]) });
    expect(blocks(toolCall(args, 'parallel'), 'tool_calls', declared).content).toMatchObject([{ name: 'parallel' }]);
  });

  it('that is a refusal when the model or the filter refused', () => {
    expect(fromChatResponse(completion({ refusal: 'No.' }), contextOf()).message).toMatchObject({
      content: [{ text: 'No.' }],
      stop_reason: 'refusal',
      stop_details: { type: 'refusal', category: null, explanation: 'No.' },
    });
    expect(fromChatResponse(completion({ content: 'x' }, 'content_filter'), contextOf()).message).toMatchObject({
      stop_reason: 'refusal',
      stop_details: { explanation: expect.stringContaining('content filter') },
    });
  });

  it('with thinking first, signed, and none for a client that did not ask', () => {
    const message = { reasoning_content: 'hm', content: 'x' };
    const { content } = blocks(message);
    expect(content).toMatchObject([{ type: 'thinking', thinking: 'hm' }, { type: 'text' }]);
    expect(openReasoning(content[0]?.type === 'thinking' && content[0].signature)?.item).toEqual({});
    expect(blocks(message, 'stop', contextOf({ thinking: 'hidden' })).content).toMatchObject([{ type: 'text' }]);
  });

  it('cut at a stop sequence, with nothing after it', () => {
    const { message } = fromChatResponse(
      completion({ content: 'One STOP two', ...toolCall('{}') }),
      contextOf({ stopSequences: ['STOP'] }),
    );
    expect(message).toMatchObject({ content: [{ text: 'One ' }], stop_reason: 'stop_sequence', stop_sequence: 'STOP' });
  });

  it.each([undefined, null, 'text', 1, [], {}, { choices: [] }, { choices: [{}] }, { choices: [{ message: 'x' }] }])(
    'or an error when it is %j',
    (json) => {
      expect(() => fromChatResponse(json, contextOf())).toThrow(
        expect.objectContaining({ code: 'upstream_invalid_answer' }),
      );
    },
  );

  it('or the error that a 200 reports', () => {
    expect(() => fromChatResponse({ error: { message: 'Rate limit', code: 429 } }, contextOf())).toThrow(
      expect.objectContaining({ code: 'rate_limited' }),
    );
  });
});
