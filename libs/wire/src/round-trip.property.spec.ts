import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { fromChatResponse } from './chat/from-response.js';
import { ChatStreamReader } from './chat/from-stream.js';
import { formatChatResponse } from './chat/format-response.js';
import { ChatStreamFormatter } from './chat/format-stream.js';
import { parseChatRequest } from './chat/parse-request.js';
import { contextOf, upstreamOf } from './chat/test/chat-upstream.js';
import { toChatRequest } from './chat/to-request.js';
import { eventsFromMessage } from './messages/events-from-message.js';
import { messageFromEvents } from './messages/message-from-events.js';
import type { ContentBlock, Message, MessagesRequest, StopReason } from './messages/messages.js';
import { sampleMessage, textBlock, toolUse } from './messages/sample-messages.fixture.js';
import { isModelRefusal, modelRefusal } from './openai/model-refusal.js';
import { parseJsonText } from './parse-json-text.js';
import { fromResponsesAnswer } from './responses/from-response.js';
import { ResponsesStreamReader } from './responses/from-stream.js';
import { formatResponsesResponse } from './responses/format-response.js';
import { ResponsesStreamFormatter } from './responses/format-stream.js';
import { parseResponsesRequest } from './responses/parse-request.js';
import { toResponsesRequest } from './responses/to-request.js';
import type { StreamFormatter, StreamReader } from './translation.js';
import { eventsOf } from './upstream/test/stream-events.js';

/** What an answer or a request is formatted to by one side of a dialect, the other side reads again. */

const anyText = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 });
const jsonOf = <Value>(value: Value): Value => parseJsonText(JSON.stringify(value)) as Value;
const awkwardKey = fc.constantFrom('__proto__', 'constructor', 'toString', '', 'a.b', '"', '\u0000');
/** Built by the parser, so that `__proto__` is a member and no prototype. */
const input = fc
  .array(fc.tuple(fc.oneof(awkwardKey, fc.string()), fc.jsonValue({ maxDepth: 2 })), { maxLength: 4 })
  .map((entries) => entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(','))
  .map((members) => parseJsonText(`{${members}}`) as Record<string, unknown>);
const call = fc.record({ name: fc.constantFrom('Bash', 'Read', 'get_weather'), input });

const answer: fc.Arbitrary<Message> = fc
  .record({
    texts: fc.array(anyText, { maxLength: 3 }),
    calls: fc.array(call, { maxLength: 3 }),
    refusal: fc.option(anyText, { nil: undefined }),
    stop: fc.constantFrom<StopReason>('end_turn', 'max_tokens', 'tool_use', 'refusal'),
    tokens: fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.nat(), fc.nat()),
    tier: fc.constantFrom('standard' as const, 'priority' as const),
  })
  .map(({ texts, calls, refusal, stop, tokens: [fresh, read, written, output, thinking], tier }) => {
    // An answer that calls a tool has not refused in OpenAI's words, whatever it says.
    const refused = stop === 'refusal' && calls.length === 0 ? refusal : undefined;
    return sampleMessage(
      [
        ...texts.map(textBlock),
        ...(refused === undefined ? [] : [modelRefusal(textBlock(refused))]),
        ...calls.map(({ name, input: given }, index) => toolUse(`toolu_${index}`, name, given)),
      ],
      {
        stop_reason: stop,
        ...(refused !== undefined && {
          stop_details: modelRefusal({ type: 'refusal' as const, category: null, explanation: refused }),
        }),
        usage: {
          ...sampleMessage([]).usage,
          input_tokens: fresh,
          cache_read_input_tokens: read,
          cache_creation_input_tokens: written,
          output_tokens: output + thinking,
          output_tokens_details: { thinking_tokens: thinking },
          service_tier: tier,
        },
      },
    );
  });

/** Chat has one text for all, and no dialect knows a stop that contradicts the calls. */
function essence({ content, stop_reason: stop, stop_details: details, usage }: Message): unknown {
  const calls = content.filter((block: ContentBlock) => block.type === 'tool_use');
  const ordinary = stop === 'end_turn' || stop === 'tool_use';
  return {
    text: textOf(content),
    calls: calls.map(({ id, name, input: given }) => [id, name, JSON.stringify(given)]),
    refused: [isModelRefusal(details), textOf(content.filter(isModelRefusal))],
    stop: ordinary ? (calls.length > 0 ? 'tool_use' : 'end_turn') : stop,
    usage: [
      usage.input_tokens,
      usage.cache_read_input_tokens,
      usage.cache_creation_input_tokens,
      usage.output_tokens,
      usage.output_tokens_details?.thinking_tokens,
      usage.service_tier,
    ],
  };
}

function textOf(content: readonly ContentBlock[]): string {
  return content.map((block) => (block.type === 'text' ? block.text : '')).join('');
}

function streamed(message: Message, formatter: StreamFormatter, reader: StreamReader): Message {
  const sse = [...eventsFromMessage(message)].map((event) => formatter.write(event)).join('') + formatter.end();
  const read = messageFromEvents(eventsOf(reader, Buffer.from(sse)));
  expect(reader.warnings).toEqual([]);
  return read;
}

const chatEcho = parseChatRequest({
  model: 'm',
  messages: [{ role: 'user', content: 'hi' }],
  stream_options: { include_usage: true },
}).echo;
const responsesEcho = parseResponsesRequest({ model: 'm', input: 'hi' }).echo;

const ways: readonly (readonly [string, (message: Message) => Message])[] = [
  ['a Chat answer', (message) => fromChatResponse(jsonOf(formatChatResponse(message, chatEcho)), contextOf()).message],
  [
    'a Chat stream',
    (message) => streamed(message, new ChatStreamFormatter(chatEcho), new ChatStreamReader(contextOf())),
  ],
  [
    'a Responses answer',
    (message) => fromResponsesAnswer(jsonOf(formatResponsesResponse(message, responsesEcho)), contextOf()).message,
  ],
  [
    'a Responses stream',
    (message) => streamed(message, new ResponsesStreamFormatter(responsesEcho), new ResponsesStreamReader(contextOf())),
  ],
];

describe.each(ways)('%s', (_name, way) => {
  it('is read back as it was written: texts, calls, stop reason and usage', () => {
    fc.assert(
      fc.property(answer, (message) => {
        expect(essence(way(message))).toEqual(essence(message));
      }),
      { numRuns: 300 },
    );
  });
});

const turn = fc.record({
  asked: anyText,
  said: fc.option(anyText, { nil: undefined }),
  calls: fc.array(
    fc.record({ call, id: fc.string({ unit: 'binary', minLength: 1, maxLength: 70 }), result: fc.string() }),
    {
      maxLength: 2,
    },
  ),
});
type Turn = typeof turn extends fc.Arbitrary<infer T> ? T : never;
const turns = fc
  .tuple(fc.option(anyText, { nil: undefined }), fc.array(turn, { minLength: 1, maxLength: 4 }), anyText)
  .filter(([, list]) => {
    const ids = list.flatMap(({ calls }) => calls.map(({ id }) => id));
    return new Set(ids).size === ids.length;
  });

function blocks(content: unknown): readonly Record<string, unknown>[] {
  return typeof content === 'string'
    ? [{ type: 'text', text: content }]
    : ((content ?? []) as Record<string, unknown>[]);
}

/** Every block with its speaker; a tool call's id by its place, since awkward ones are replaced. */
function told({ system, messages }: MessagesRequest): unknown[] {
  const ids: string[] = [];
  const placed = (id: string): number => (ids.includes(id) ? ids.indexOf(id) : ids.push(id) - 1);
  return [{ role: 'system', content: system }, ...messages].flatMap(({ role, content }) =>
    blocks(content).map((block) => {
      if (block.type === 'tool_use')
        return [role, 'call', placed(String(block.id)), block.name, JSON.stringify(block.input)];
      if (block.type !== 'tool_result') return [role, block.type, block.text];
      return [
        role,
        'result',
        placed(String(block.tool_use_id)),
        blocks(block.content)
          .map(({ text }) => text)
          .join(''),
      ];
    }),
  );
}

function chatBody([system, list, last]: [string | undefined, Turn[], string]): object {
  const messages = list.flatMap(({ asked, said, calls }) => [
    { role: 'user', content: asked },
    {
      role: 'assistant',
      content: said ?? (calls.length > 0 ? null : 'Yes.'),
      ...(calls.length > 0 && {
        tool_calls: calls.map(({ id, call: { name, input: given } }) => ({
          id,
          type: 'function',
          function: { name, arguments: JSON.stringify(given) },
        })),
      }),
    },
    ...calls.map(({ id, result }) => ({ role: 'tool', tool_call_id: id, content: result })),
  ]);
  const prompt = system === undefined ? [] : [{ role: 'system', content: system }];
  return { model: 'm', messages: [...prompt, ...messages, { role: 'user', content: last }] };
}

function responsesBody([system, list, last]: [string | undefined, Turn[], string]): object {
  const items = list.flatMap(({ asked, said, calls }) => [
    { role: 'user', content: asked },
    { role: 'assistant', content: said ?? 'Yes.' },
    ...calls.map(({ id, call: { name, input: given } }) => ({
      type: 'function_call',
      call_id: id,
      name,
      arguments: JSON.stringify(given),
    })),
    ...calls.map(({ id, result }) => ({ type: 'function_call_output', call_id: id, output: result })),
  ]);
  return { model: 'm', input: [...items, { role: 'user', content: last }], ...(system && { instructions: system }) };
}

describe('a conversation', () => {
  it('of a Chat client arrives whole at a Chat upstream', () => {
    fc.assert(
      fc.property(turns, (conversation) => {
        const { request, warnings } = parseChatRequest(chatBody(conversation));
        const sent = toChatRequest(request, upstreamOf('gpt-4o'));
        expect([...warnings, ...sent.warnings]).toEqual([]);
        expect(told(parseChatRequest(jsonOf(sent.body)).request)).toEqual(told(request));
      }),
      { numRuns: 300 },
    );
  });

  it('of a Responses client arrives whole at a Responses upstream', () => {
    fc.assert(
      fc.property(turns, (conversation) => {
        const { request, warnings } = parseResponsesRequest(responsesBody(conversation));
        const sent = toResponsesRequest(request, upstreamOf('gpt-5.4'));
        expect([...warnings, ...sent.warnings]).toEqual([]);
        expect(told(parseResponsesRequest(jsonOf(sent.body)).request)).toEqual(told(request));
      }),
      { numRuns: 300 },
    );
  });

  it('of a Chat client says the same to a Responses upstream', () => {
    fc.assert(
      fc.property(turns, (conversation) => {
        const { request } = parseChatRequest(chatBody(conversation));
        const sent = toResponsesRequest(request, upstreamOf('gpt-5.4'));
        expect(told(parseResponsesRequest(jsonOf(sent.body)).request)).toEqual(told(request));
      }),
      { numRuns: 300 },
    );
  });
});
