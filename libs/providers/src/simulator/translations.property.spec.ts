import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  capabilitiesFor,
  claudeCapabilities,
  GatewayError,
  type MessagesRequest,
  parseChatRequest,
  parseResponsesRequest,
  toChatRequest,
  toMessagesRequest,
  toResponsesRequest,
} from '#wire';
import { anthropicDialect } from './anthropic-dialect.js';
import { chatDialect } from './chat-dialect.js';
import type { SimulatedDialect } from './dialect.js';
import type { JsonRecord } from './json-reader.js';
import { responsesDialect } from './responses-dialect.js';

/** Whatever a client of one vendor may say, a translation of it is nothing that the other vendor refuses. */

const words = fc.constantFrom('words', 'x', ' ', '\n', '');
const callId = fc.constantFrom('call_1', 'functions.f:0', 'toolu_2', 'ü', 'x'.repeat(90));
const ids = fc.uniqueArray(callId, { maxLength: 3 });

const settings = fc.record(
  {
    temperature: fc.constantFrom(0, 0.5, 1, 2),
    top_p: fc.constantFrom(0.1, 1),
    parallel_tool_calls: fc.boolean(),
    service_tier: fc.constantFrom('auto', 'default', 'flex', 'priority'),
    user: fc.constantFrom('u', 'u'.repeat(300)),
    prompt_cache_key: fc.constant('k'),
    tool_choice: fc.constantFrom<unknown>('auto', 'none', 'required', {
      type: 'function',
      name: 'f',
      function: { name: 'f' },
    }),
  },
  { requiredKeys: [] },
);

/** A forced call of a tool that is not declared is refused before anything is translated. */
function withoutForcedTool({ tool_choice: choice, ...others }: { tool_choice?: unknown }): object {
  return choice === 'auto' || choice === 'none' ? { ...others, tool_choice: choice } : others;
}

const effort = fc.option(fc.constantFrom('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'), {
  nil: undefined,
});
const limit = fc.option(fc.constantFrom(1, 1500, 500_000), { nil: undefined });
const hasTools = fc.boolean();

const chatTurn = fc.record({
  system: fc.option(words, { nil: undefined }),
  asked: words,
  said: words,
  ids,
  order: fc.boolean(),
});
const chatBody = fc
  .record({ turns: fc.array(chatTurn, { maxLength: 3 }), last: words, settings, effort, limit, hasTools, stop: words })
  .map(({ turns, last, settings: given, effort: wish, limit: most, hasTools: tools, stop }) => ({
    model: 'm',
    messages: [
      ...turns.flatMap((turn, index) => [
        ...(turn.system === undefined ? [] : [{ role: 'system', content: turn.system }]),
        { role: 'user', content: turn.asked },
        {
          role: 'assistant',
          content: turn.said,
          ...(turn.ids.length > 0 && {
            tool_calls: turn.ids.map((id) => ({ id: `${id}${index}`, function: { name: 'f', arguments: '{}' } })),
          }),
        },
        ...(turn.order ? turn.ids : turn.ids.toReversed()).map((id) => ({
          role: 'tool',
          tool_call_id: `${id}${index}`,
          content: turn.said,
        })),
      ]),
      { role: 'developer', content: last },
      { role: 'user', content: `And? ${last}` },
    ],
    ...(tools ? given : withoutForcedTool(given)),
    ...(tools && { tools: [{ type: 'function', function: { name: 'f' } }] }),
    ...(wish && { reasoning_effort: wish }),
    ...(most && { max_completion_tokens: most }),
    ...(stop !== '' && { stop: [stop] }),
  }));

/** Items of a turn in any order that keeps a result behind its call. */
const responsesTurn = fc
  .tuple(
    ids,
    fc.array(fc.constantFrom('user', 'developer', 'assistant'), { maxLength: 4 }),
    fc.array(fc.nat({ max: 99 })),
  )
  .map(([callIds, roles, places]) => {
    const items: { kind: string; id?: string; role?: string }[] = [
      ...callIds.map((id) => ({ kind: 'function_call', id })),
      ...callIds.map((id) => ({ kind: 'function_call_output', id })),
    ];
    for (const [index, role] of roles.entries()) {
      items.splice((places[index] ?? 0) % (items.length + 1), 0, { kind: 'message', role });
    }
    return items;
  });
const responsesBody = fc
  .record({
    turns: fc.array(responsesTurn, { maxLength: 3 }),
    text: words,
    settings,
    effort,
    limit,
    hasTools,
    summary: fc.boolean(),
  })
  .map(({ turns, text, settings: given, effort: wish, limit: most, hasTools: tools, summary }) => ({
    model: 'm',
    instructions: text,
    input: [
      { role: 'user', content: 'Go.' },
      ...turns.flatMap((items, turn) =>
        items.map(({ kind, id, role }) => ({
          type: kind,
          ...(role && { role, content: `${role} ${text}` }),
          ...(id && { call_id: `${id}${turn}`, name: 'f', arguments: '', output: text }),
        })),
      ),
      { role: 'user', content: 'And?' },
    ],
    ...(tools ? given : withoutForcedTool(given)),
    ...(tools && { tools: [{ type: 'function', name: 'f' }] }),
    ...((wish || summary) && { reasoning: { ...(wish && { effort: wish }), ...(summary && { summary: 'auto' }) } }),
    ...(most && { max_output_tokens: most }),
  }));

const clients: readonly (readonly [string, fc.Arbitrary<MessagesRequest>])[] = [
  ['Chat', chatBody.map((body) => parseChatRequest(body).request)],
  ['Responses', responsesBody.map((body) => parseResponsesRequest(body).request)],
];

type Translate = (request: MessagesRequest, model: string) => object;
const claude: Translate = (request, model) =>
  toMessagesRequest(request, { provider: 'anthropic', model, capabilities: claudeCapabilities(model) }).body;
const chat: Translate = (request, model) =>
  toChatRequest(request, { provider: 'openai', model, capabilities: capabilitiesFor(model) }).body;
const responses: Translate = (request, model) =>
  toResponsesRequest(request, { provider: 'openai', model, capabilities: capabilitiesFor(model) }).body;

const upstreams: readonly (readonly [string, SimulatedDialect, Translate])[] = [
  ...['claude-opus-5-5', 'claude-opus-4-8', 'claude-sonnet-4-6', 'claude-haiku-4-5', 'claude-3-5-haiku-latest'].map(
    (model) => [model, anthropicDialect, claude] as const,
  ),
  ...['gpt-4o', 'gpt-4.1', 'gpt-5.6', 'qwen3-coder'].map((model) => [model, chatDialect, chat] as const),
  ...['gpt-5', 'gpt-5.4', 'gpt-5.6', 'o3'].map((model) => [model, responsesDialect, responses] as const),
];

describe.each(clients)('the request of a %s client', (_client, requests) => {
  it.each(upstreams)('is accepted by %s', (model, dialect, translate) => {
    fc.assert(
      fc.property(requests, (request) => {
        let body: JsonRecord;
        try {
          body = JSON.parse(JSON.stringify(translate(request, model))) as JsonRecord;
        } catch (error) {
          // A forced tool that was never declared is the client's own mistake.
          expect(error).toBeInstanceOf(GatewayError);
          expect(request.tools).toBeUndefined();
          return;
        }
        const vendor = dialect === anthropicDialect ? ('anthropic' as const) : ('openai' as const);
        const refusal = dialect.refuse({ vendor, headers: { 'anthropic-version': '2023-06-01' }, body, model });
        expect({ refusal, body: refusal && body }).toEqual({ refusal: undefined, body: undefined });
      }),
      { numRuns: 200 },
    );
  });
});
