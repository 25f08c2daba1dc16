import { describe, expect, it } from '@jest/globals';
import { call, contextOf, delta, sseOf, upstreamOf, usageChunk, whole } from './chat/test/chat-upstream.js';
import {
  ChatStreamFormatter,
  ChatStreamReader,
  ChatUsageTap,
  formatChatResponse,
  fromChatResponse,
  fromResponsesAnswer,
  GatewayError,
  MessagesStreamFormatter,
  ResponsesStreamFormatter,
  ResponsesUsageTap,
  SseDecoder,
  spliceModel,
  toChatRequest,
  toResponsesRequest,
  UsageTap,
  withoutOwnBlocks,
} from './index.js';
import { messageFromEvents } from './messages/message-from-events.js';
import type { Message, MessagesEvent, MessagesRequest } from './messages/messages.js';
import { messageItem, responseOf } from './responses/test/responses-upstream.js';
import {
  added,
  argumentsDone,
  chatEvents,
  completed,
  eventsOf,
  functionItem,
  itemDone,
  messagesEvents,
  type Payload,
  responsesEvents,
  responsesStream,
} from './upstream/test/stream-events.js';

/** What has gone wrong in other gateways, and must not here. */

const ls = '{"command":"ls"}';
const pwd = '{"command":"pwd"}';
const start = {
  type: 'message_start',
  message: { id: 'msg_1', model: 'c', usage: { input_tokens: 3, output_tokens: 1 } },
};

function toolUses(message: Message): unknown[] {
  return message.content.filter(({ type }) => type === 'tool_use');
}

/** Every block that was opened, with the kinds of deltas in it. */
function deltasByBlock(events: readonly MessagesEvent[]): string[] {
  const blocks: string[] = [];
  for (const event of events) {
    if (event.type === 'content_block_start') blocks.push(`${event.content_block.type}:`);
    if (event.type === 'content_block_delta') blocks[event.index] += ` ${event.delta.type}`;
  }
  return blocks;
}

describe('a streamed tool call', () => {
  it('reaches the client with its input as deltas', () => {
    const events = chatEvents(
      ...whole([call(0, { id: 'c1', name: 'Bash' }), call(0, { arguments: ls })], 'tool_calls'),
    );
    expect(deltasByBlock(events)).toEqual(['tool_use: input_json_delta']);
    expect(toolUses(messageFromEvents(events))).toMatchObject([{ id: 'c1', name: 'Bash', input: { command: 'ls' } }]);
  });

  it('has its input although its arguments come only when they are done', () => {
    const events = responsesEvents(
      added(0, functionItem('c1')),
      argumentsDone(0, ls),
      completed(functionItem('c1', ls)),
    );
    expect(toolUses(messageFromEvents(events))).toMatchObject([{ input: { command: 'ls' } }]);
  });

  it('has its input although its arguments come only with the whole item', () => {
    const item = functionItem('c1', ls);
    const events = responsesEvents(added(0, functionItem('c1')), itemDone(0, item), completed(item));
    expect(toolUses(messageFromEvents(events))).toMatchObject([{ input: { command: 'ls' } }]);
  });

  it('gets every delta in a block of its own kind, between reasoning and text', () => {
    const events = chatEvents(
      ...whole([
        delta({ reasoning_content: 'hm' }),
        delta({ content: 'I look.' }),
        call(0, { id: 'c1', name: 'Bash', arguments: ls }),
        delta({ content: 'Done.' }),
      ]),
    );
    expect(deltasByBlock(events)).toEqual([
      'thinking: thinking_delta signature_delta',
      'text: text_delta',
      'tool_use: input_json_delta',
      'text: text_delta',
    ]);
  });

  it('makes the stop reason tool_use where the upstream says stop, without an empty text beside it', () => {
    const message = messageFromEvents(
      chatEvents(
        ...whole([delta({ content: '' }), call(0, { id: 'c1', name: 'Bash', arguments: ls }), delta({ content: '' })]),
      ),
    );
    expect(message).toMatchObject({ stop_reason: 'tool_use', content: [{ type: 'tool_use' }] });
  });

  it('keeps its name where one chunk holds text and the call', () => {
    const both = delta({
      content: 'I look.',
      tool_calls: [{ index: 0, id: 'c1', type: 'function', function: { name: 'Bash', arguments: ls } }],
    });
    expect(messageFromEvents(chatEvents(...whole([both]))).content).toMatchObject([
      { type: 'text', text: 'I look.' },
      { type: 'tool_use', name: 'Bash', input: { command: 'ls' } },
    ]);
  });

  it('is counted among the calls for a Chat client, and not among the blocks', () => {
    const formatter = new ChatStreamFormatter({
      model: 'm',
      includeUsage: false,
      customTools: [],
      legacyFunctions: false,
    });
    const text = chatEvents(
      ...whole([
        delta({ content: 'I look.' }),
        call(0, { id: 'c1', name: 'Bash', arguments: ls }),
        call(1, { id: 'c2', name: 'Bash', arguments: pwd }),
      ]),
    )
      .map((event) => formatter.write(event))
      .join('');
    expect(
      [...text.matchAll(/"tool_calls":\[\{"index":(\d),"id":"(\w+)"/g)].map(([, index, id]) => [index, id]),
    ).toEqual([
      ['0', 'c1'],
      ['1', 'c2'],
    ]);
  });
});

describe('parallel tool calls', () => {
  const expected = [
    { id: 'c1', input: { command: 'ls' } },
    { id: 'c2', input: { command: 'pwd' } },
  ];

  it('stay apart where their fragments interleave', () => {
    const [a, b] = [ls.slice(0, 5), ls.slice(5)];
    const chunks = [
      call(0, { id: 'c1', name: 'Bash', arguments: a }),
      call(1, { id: 'c2', name: 'Bash', arguments: pwd }),
      call(0, { arguments: b }),
    ];
    expect(toolUses(messageFromEvents(chatEvents(...whole(chunks))))).toMatchObject(expected);
  });

  it('stay apart on Responses where their events interleave', () => {
    const events = responsesEvents(
      added(0, functionItem('c1')),
      added(1, functionItem('c2')),
      argumentsDone(1, pwd),
      argumentsDone(0, ls),
      completed(functionItem('c1', ls), functionItem('c2', pwd)),
    );
    expect(toolUses(messageFromEvents(events))).toMatchObject(expected);
  });

  it.each([
    ['no index', undefined],
    ['an index of -1', -1],
  ])('stay apart where fragments have %s, and the later ones neither id nor name', (_what, index) => {
    const fragment = (members: object): Payload => delta({ tool_calls: [{ index, ...members }] });
    const events = chatEvents(
      ...whole([
        fragment({ id: 'c1', function: { name: 'Bash', arguments: '' } }),
        fragment({ function: { arguments: ls } }),
        fragment({ id: 'c2', function: { name: 'Bash', arguments: '' } }),
        fragment({ function: { arguments: pwd } }),
      ]),
    );
    expect(toolUses(messageFromEvents(events))).toMatchObject(expected);
  });

  it('are not invented out of further choices with empty calls', () => {
    const extra = { choices: [{ index: 1, delta: { tool_calls: [{ index: 0, function: {} }] }, finish_reason: null }] };
    const message = messageFromEvents(
      chatEvents(...whole([call(0, { id: 'c1', name: 'Bash', arguments: ls }), extra])),
    );
    expect(toolUses(message)).toHaveLength(1);
  });
});

describe('a broken stream', () => {
  const textBegun = [start, { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }];
  const half: [string, () => unknown][] = [
    ['Chat', () => eventsOf(new ChatStreamReader(contextOf()), sseOf([delta({ content: 'Hel' })], false))],
    [
      'Responses',
      () =>
        responsesEvents(added(0, messageItem('')), {
          type: 'response.output_text.delta',
          output_index: 0,
          content_index: 0,
          delta: 'Hel',
        }),
    ],
    ['Messages', () => messagesEvents(...textBegun)],
  ];

  it.each(half)('of %s is an error and never a clean end', (_dialect, read) => {
    expect(read).toThrow(GatewayError);
  });

  it('is not taken for a success by those who only listen', () => {
    for (const tap of [new ChatUsageTap('m'), new ResponsesUsageTap('m'), new UsageTap()]) {
      tap.push(sseOf([delta({ content: 'Hel' })], false));
      tap.push(responsesStream(...textBegun, added(0, messageItem(''))));
      tap.end();
      expect(tap.complete).toBe(false);
    }
  });

  it('does not close a tool call that is not whole, which the client would run', () => {
    const reader = new ChatStreamReader(contextOf());
    const bytes = sseOf([call(0, { id: 'c1', name: 'Bash', arguments: '{"command":"rm -rf /tm' })], false);
    const events = new SseDecoder().push(bytes).flatMap((event) => reader.read(event));
    expect(() => reader.end()).toThrow(GatewayError);
    expect(events.map(({ type }) => type)).not.toContain('content_block_stop');
  });

  it('that begins with an error inside a 200 fails before anything is said, so that another target can be tried', () => {
    const reader = new ChatStreamReader(contextOf());
    const [event] = new SseDecoder().push(
      Buffer.from('data: {"error":{"message":"x","code":"server_is_overloaded"}}\n\n'),
    );
    expect(() => event && reader.read(event)).toThrow(expect.objectContaining({ code: 'overloaded', retryable: true }));
  });

  it('is read whole where the network cuts inside its JSON', () => {
    const bytes = Buffer.from(sseOf(whole([delta({ content: 'Grüße' })])));
    const decoder = new SseDecoder();
    const reader = new ChatStreamReader(contextOf());
    const events = Array.from(bytes, (byte) => decoder.push(Buffer.from([byte])))
      .flat()
      .flatMap((event) => reader.read(event));
    expect(messageFromEvents(events).content).toMatchObject([{ text: 'Grüße' }]);
  });

  it('spliced onto another has one message_start', () => {
    const events = messagesEvents(
      start,
      start,
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 1 } },
      { type: 'message_stop' },
    );
    expect(events.filter(({ type }) => type === 'message_start')).toHaveLength(1);
  });
});

describe('usage', () => {
  it('of a stream is what the upstream counted, the cached tokens once', () => {
    const { usage } = messageFromEvents(chatEvents(...whole([delta({ content: 'Hi' })])));
    expect(usage).toMatchObject({
      input_tokens: 12,
      cache_read_input_tokens: 100,
      cache_creation_input_tokens: 8,
      output_tokens: 30,
    });
  });

  it('is the same again for a Chat client, with nothing counted twice', () => {
    const json = {
      choices: [{ index: 0, message: { content: 'Hi' }, finish_reason: 'stop' }],
      usage: usageChunk.usage,
    };
    const { message } = fromChatResponse(json, contextOf());
    const echo = { model: 'm', includeUsage: true, customTools: [], legacyFunctions: false };
    expect(formatChatResponse(message, echo).usage).toMatchObject({
      prompt_tokens: 120,
      completion_tokens: 30,
      total_tokens: 150,
      prompt_tokens_details: { cached_tokens: 100, cache_write_tokens: 8 },
    });
  });

  it('is never zero because the upstream gave none: it is estimated, and the client is told', () => {
    const reader = new ChatStreamReader(contextOf());
    const events = eventsOf(reader, sseOf([delta({ content: 'some words' }), delta({}, 'stop')]));
    expect(messageFromEvents(events).usage.output_tokens).toBeGreaterThan(0);
    expect(reader.warnings).toMatchObject([{ code: 'usage_estimated' }]);
  });
});

describe('a web search of the upstream', () => {
  it('keeps its results', () => {
    const search = {
      type: 'web_search_call',
      id: 'ws_1',
      status: 'completed',
      action: { type: 'search', query: 'q', sources: [{ type: 'url', url: 'https://example.org/' }] },
    };
    expect(fromResponsesAnswer(responseOf([search, messageItem('Found.')]), contextOf()).message.content).toMatchObject(
      [
        { type: 'server_tool_use', name: 'web_search', input: { query: 'q' } },
        { type: 'web_search_tool_result', content: [{ url: 'https://example.org/' }] },
        { type: 'text', text: 'Found.' },
      ],
    );
  });
});

function conversation(blocks: string): Buffer {
  return Buffer.from(
    `{"model":"a", "messages":[{"role":"assistant","content":[${blocks}]},{"role":"user","content":"x"}]}`,
  );
}

describe('thinking', () => {
  const signed = '{"type":"thinking","thinking":"a\\u00e9b","signature":"EqoB+/=="}';

  it('of Claude goes back with every byte that its signature signs', () => {
    expect(spliceModel(conversation(signed), 'b').toString()).toContain(signed);
    expect(withoutOwnBlocks(conversation(signed), [])).toEqual(conversation(signed));
  });

  it('of another model is never replayed to Claude, and what stands beside it stays as it is', () => {
    const own = '{"type":"thinking","thinking":"x","signature":"cpx1.abc"}';
    expect(withoutOwnBlocks(conversation(`${own},${signed}`), [])).toEqual(conversation(signed));
  });

  it('of Claude is never replayed to another model', () => {
    const request: MessagesRequest = {
      model: 'm',
      max_tokens: 100,
      messages: [
        { role: 'user', content: 'a' },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'secret', signature: 'EqoB' },
            { type: 'text', text: 'b' },
          ],
        },
        { role: 'user', content: 'c' },
      ],
    };
    for (const sent of [
      toChatRequest(request, upstreamOf('kimi-k3')),
      toResponsesRequest(request, upstreamOf('gpt-5.6')),
    ]) {
      expect(JSON.stringify(sent.body)).not.toMatch(/secret|EqoB/);
    }
  });
});

describe('a request of Claude Code', () => {
  const request: MessagesRequest = {
    model: 'm',
    max_tokens: 100,
    system: [
      { type: 'text', text: 'x-anthropic-billing-header: cch=1f3a9;' },
      { type: 'text', text: 'You are Claude Code.' },
    ],
    messages: [{ role: 'user', content: 'hi' }],
    context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
  };

  it('keeps the prompt cache: its attribution, which differs each time, is not sent', () => {
    expect(JSON.stringify(toChatRequest(request, upstreamOf('gpt-4.1')).body)).not.toContain('cch=');
  });

  it('does not fail for its context_management, nor warn where nothing is lost', () => {
    expect(toResponsesRequest(request, upstreamOf('gpt-5.6')).warnings).toEqual([]);
  });
});

describe('a silent stream', () => {
  it('is kept alive in every dialect', () => {
    const chat = { model: 'm', includeUsage: false, customTools: [], legacyFunctions: false };
    const responses = { model: 'm', settings: {}, customTools: [], namespaced: {} };
    const formatters = [
      new MessagesStreamFormatter(),
      new ChatStreamFormatter(chat),
      new ResponsesStreamFormatter(responses),
    ];
    for (const formatter of formatters) expect(formatter.write({ type: 'ping' })).toMatch(/ping[^]*\n\n$/);
  });
});
