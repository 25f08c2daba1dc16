import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { GatewayError } from '../gateway-error.js';
import { parseMessagesRequest } from '../messages/parse-request.js';
import type { ContentBlockParam, MessageParam, MessagesRequest } from '../messages/messages.js';
import { fromChatResponse } from './from-response.js';
import { toChatRequest } from './to-request.js';
import { contextOf, upstreamOf } from './test/chat-upstream.js';

const models = ['gpt-4.1', 'gpt-5.6', 'gpt-5', 'deepseek-reasoner', 'unknown-model'];
const mark = fc.constant('mark');
const text = mark.map((words) => ({ type: 'text' as const, text: words }));
const image = mark.map((data) => ({
  type: 'image' as const,
  source: { type: 'base64' as const, media_type: 'image/png' as const, data },
}));
const document = mark.map((data) => ({
  type: 'document' as const,
  source: { type: 'text' as const, media_type: 'text/plain' as const, data },
}));
const said = fc.oneof(text, image, document);

interface Exchange {
  readonly before: readonly ContentBlockParam[];
  readonly calls: number;
  readonly reversed: boolean;
  readonly split: boolean;
  readonly result: string | { type: 'text'; text: string }[];
  readonly after: readonly ContentBlockParam[];
  readonly reminder: boolean;
}

const exchange: fc.Arbitrary<Exchange> = fc.record({
  before: fc.array(text, { maxLength: 2 }),
  calls: fc.nat({ max: 3 }),
  reversed: fc.boolean(),
  split: fc.boolean(),
  result: fc.oneof(mark, fc.array(text, { minLength: 1, maxLength: 2 })),
  after: fc.array(said, { minLength: 1, maxLength: 2 }),
  reminder: fc.boolean(),
});

function messagesOf(exchanges: readonly Exchange[]): MessageParam[] {
  return [
    { role: 'user', content: 'mark' },
    ...exchanges.flatMap((one, turn): MessageParam[] => {
      const ids = Array.from({ length: one.calls }, (_, index) => `toolu_${turn}_${index}`);
      const uses = ids.map((id) => ({ type: 'tool_use' as const, id, name: 'Bash', input: { words: 'mark' } }));
      const results = (one.reversed ? ids.toReversed() : ids).map((id) => ({
        type: 'tool_result' as const,
        tool_use_id: id,
        content: one.result,
      }));
      return [
        { role: 'assistant', content: [{ type: 'text', text: 'mark' }, ...one.before, ...uses] },
        ...(one.split
          ? [
              { role: 'user' as const, content: [...one.after] },
              { role: 'user' as const, content: [...results, { type: 'text' as const, text: 'mark' }] },
            ]
          : [{ role: 'user' as const, content: [...results, ...one.after] }]),
        ...(one.reminder ? [{ role: 'system' as const, content: 'mark' }] : []),
      ];
    }),
  ];
}

/** Gives every mark of the request its number. */
function numbered(request: MessagesRequest): { request: MessagesRequest; marks: string[] } {
  const marks: string[] = [];
  const json = JSON.stringify(request).replaceAll('"mark"', () => {
    marks.push(`mark${marks.length}.`);
    return `"${marks.at(-1)}"`;
  });
  return { request: JSON.parse(json) as MessagesRequest, marks };
}

describe('a Messages request towards Chat', () => {
  it('loses nothing, changes nothing in place, and has every result right after its call', () => {
    fc.assert(
      fc.property(
        fc.array(exchange, { maxLength: 4 }),
        fc.constantFrom(...models.slice(0, 3), 'unknown-model'),
        (exchanges, model) => {
          const { request, marks } = numbered({
            model: 'm',
            max_tokens: 100,
            system: 'mark',
            messages: messagesOf(exchanges),
          });
          const before = JSON.stringify(request);
          const { body, warnings } = toChatRequest(request, upstreamOf(model));
          expect(
            JSON.stringify(body.messages)
              .match(/mark\d+\./g)
              ?.toSorted(),
          ).toEqual(marks.toSorted());
          expect(warnings).toEqual([]);
          expect(JSON.stringify(request)).toBe(before);
          let open: string[] = [];
          for (const message of body.messages) {
            if (message.role === 'tool') {
              expect(open).toContain(message.tool_call_id);
              open = open.filter((id) => id !== message.tool_call_id);
            } else {
              expect(open).toEqual([]);
              if (message.role === 'assistant') open = (message.tool_calls ?? []).map(({ id }) => id);
            }
          }
          expect(open).toEqual([]);
        },
      ),
    );
  });

  it('that holds anything at all is a request or an error of ours', () => {
    const anything = fc.jsonValue({ maxDepth: 2 });
    const block: fc.Arbitrary<unknown> = fc.oneof(
      said,
      fc.record({
        type: fc.constantFrom('tool_use', 'server_tool_use'),
        id: fc.constantFrom('a', 'b'),
        name: fc.constantFrom('Bash', 'x'.repeat(99), '√'),
        input: fc.object(),
      }),
      fc.record({
        type: fc.constant('tool_result'),
        tool_use_id: fc.constantFrom('a', 'b'),
        is_error: fc.boolean(),
        content: fc.oneof(fc.string(), fc.array(said), fc.constant(null)),
      }),
      fc.record({ type: fc.constant('thinking'), thinking: fc.string(), signature: fc.string() }),
      fc.record({
        type: fc.constantFrom(
          'compaction',
          'web_search_tool_result',
          'tool_addition',
          'tool_removal',
          'mcp_tool_listing',
          'fallback',
          'browser_state',
          'tool_search_tool_result',
          'hologram',
        ),
        content: anything,
        tool: anything,
        tool_use_id: fc.constantFrom('a', 'b'),
        tool_changes: anything,
      }),
    );
    const message = fc.record(
      {
        role: fc.constantFrom('user', 'assistant', 'system'),
        content: fc.oneof(fc.string(), fc.array(block, { maxLength: 4 })),
        clear_at: anything,
        output_config: anything,
      },
      { requiredKeys: ['role', 'content'] },
    );
    const tool = fc.oneof(
      fc.record(
        {
          name: fc.constantFrom('Bash', 'Read'),
          input_schema: fc.object(),
          strict: fc.boolean(),
          defer_loading: anything,
          allowed_callers: fc.constantFrom(null, ['direct'], []),
        },
        { requiredKeys: ['name', 'input_schema'] },
      ),
      fc.record(
        {
          type: fc.constantFrom('bash_20250124', 'memory_20250818', 'web_search_20250305', 'mcp_toolset'),
          name: fc.constantFrom('bash', 'memory'),
        },
        { requiredKeys: ['type'] },
      ),
    );
    const request = fc.record(
      {
        model: fc.constantFrom('m', 'm[1m]'),
        max_tokens: fc.nat(),
        messages: fc.array(message, { minLength: 1, maxLength: 5 }),
        system: fc.oneof(fc.string(), fc.array(text)),
        tools: fc.array(tool, { maxLength: 3 }),
        tool_choice: fc.record({
          type: fc.constantFrom('auto', 'any', 'none', 'tool', 'odd'),
          name: fc.constantFrom('Bash', 'bash'),
        }),
        thinking: fc.record({ type: fc.constantFrom('enabled', 'adaptive', 'disabled'), budget_tokens: fc.nat() }),
        output_config: fc.record({ effort: fc.constantFrom('low', 'max', 'odd', null) }),
        metadata: fc.record({ user_id: fc.oneof(fc.string(), fc.json()) }),
        stream: fc.boolean(),
        temperature: fc.double(),
        service_tier: fc.constantFrom('auto', 'standard_only', 'odd'),
        speed: anything,
        cache_control: anything,
        context_management: fc.record({ edits: anything }),
        anything,
      },
      { requiredKeys: ['model', 'max_tokens', 'messages'] },
    );
    fc.assert(
      fc.property(request, fc.constantFrom(...models), (json, model) => {
        try {
          const { body, context } = toChatRequest(parseMessagesRequest(json), upstreamOf(model));
          for (const sent of context.toolNames.keys()) expect(sent).toMatch(/^[\w-]{1,64}$/);
          expect(JSON.stringify(body)).toBeDefined();
        } catch (error) {
          if (!(error instanceof GatewayError)) throw error;
          expect(error.code).toBe('invalid_request');
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('an answer that comes back in the next request', () => {
  it('is what the upstream said: text, calls and their input', () => {
    const input = fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 });
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.array(input, { maxLength: 3 }), (content, inputs) => {
        const calls = inputs.map((one, index) => ({
          id: `call_${index}`,
          type: 'function',
          function: { name: 'Bash', arguments: JSON.stringify(one) },
        }));
        const spoken = { role: 'assistant', content, ...(calls.length > 0 && { tool_calls: calls }) };
        const { message } = fromChatResponse(
          { choices: [{ index: 0, message: spoken, finish_reason: 'stop' }] },
          contextOf(),
        );
        const results = calls.map(({ id }) => ({ type: 'tool_result' as const, tool_use_id: id, content: 'ok' }));
        const { body } = toChatRequest(
          {
            model: 'm',
            max_tokens: 1,
            messages: [
              { role: 'user', content: 'x' },
              { role: 'assistant', content: message.content as ContentBlockParam[] },
              { role: 'user', content: [...results, { type: 'text', text: 'on' }] },
            ],
          },
          upstreamOf('gpt-4.1'),
        );
        expect(JSON.parse(JSON.stringify(body.messages[1]))).toEqual(JSON.parse(JSON.stringify(spoken)));
      }),
    );
  });
});
