import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import type { ContentBlockParam, MessageParam, MessagesRequest } from '../messages/messages.js';
import { capabilitiesFor } from '../openai/capabilities.js';
import type { UpstreamModel } from '../openai/upstream-model.js';
import { fromResponsesAnswer } from './from-response.js';
import { callItem, messageItem, reasoningItem, responseOf } from './test/responses-upstream.js';
import { toResponsesRequest } from './to-request.js';

const upstream: UpstreamModel = { provider: 'openai', model: 'gpt-5.6', capabilities: capabilitiesFor('gpt-5.6') };

/** Every piece of content is a mark, so that what is sent can be searched for it. */
const mark = fc.constantFrom('mark');
const cached = fc.option(fc.constant({ cache_control: { type: 'ephemeral' as const } }), { nil: {} });
const text = fc.tuple(mark, cached).map(([words, cache]) => ({ type: 'text' as const, text: words, ...cache }));
const image = mark.map((data) => ({
  type: 'image' as const,
  source: { type: 'base64' as const, media_type: 'image/png' as const, data },
}));
const document = fc.oneof(
  mark.map((data) => ({
    type: 'document' as const,
    source: { type: 'base64' as const, media_type: 'application/pdf' as const, data },
  })),
  mark.map((data) => ({
    type: 'document' as const,
    source: { type: 'text' as const, media_type: 'text/plain' as const, data },
  })),
);
const searchResult = text.map((block) => ({
  type: 'search_result' as const,
  source: 'https://x.test',
  title: 'Found',
  content: [block],
}));
const said = fc.oneof(text, image, document, searchResult);
const results = fc.oneof(mark, fc.array(said, { minLength: 1, maxLength: 3 }));
const system = fc.oneof(mark, fc.array(text, { minLength: 1, maxLength: 3 }));

interface Exchange {
  readonly before: readonly ContentBlockParam[];
  readonly calls: readonly string[];
  readonly results: readonly (string | ContentBlockParam[])[];
  readonly after: readonly ContentBlockParam[];
  readonly reminder: string | undefined;
}

const exchange: fc.Arbitrary<Exchange> = fc.nat({ max: 3 }).chain((calls) =>
  fc.record({
    before: fc.array(text, { maxLength: 2 }),
    calls: fc.array(mark, { minLength: calls, maxLength: calls }),
    results: fc.array(results, { minLength: calls, maxLength: calls }),
    after: fc.array(said, { minLength: 1, maxLength: 2 }),
    reminder: fc.option(mark, { nil: undefined }),
  }),
) as fc.Arbitrary<Exchange>;

function messagesOf(exchanges: readonly Exchange[]): MessageParam[] {
  const messages: MessageParam[] = [{ role: 'user', content: 'mark' }];
  for (const [turn, one] of exchanges.entries()) {
    const id = (call: number): string => `toolu_${turn}_${call}`;
    const calls = one.calls.map((words, call) => ({
      type: 'tool_use' as const,
      id: id(call),
      name: 'Bash',
      input: { words },
    }));
    messages.push(
      { role: 'assistant', content: [...one.before, ...calls] },
      {
        role: 'user',
        content: [
          ...one.results.map((content, call) => ({
            type: 'tool_result' as const,
            tool_use_id: id(call),
            // The upstream knows the same blocks in a result as in a user's message.
            content: content as string,
          })),
          ...one.after,
        ],
      },
    );
    if (one.reminder !== undefined) messages.push({ role: 'system', content: one.reminder });
  }
  return messages;
}

/** Gives every mark of the request its number, in reading order. */
function numbered(request: MessagesRequest): { request: MessagesRequest; marks: string[] } {
  let count = 0;
  const marks: string[] = [];
  const json = JSON.stringify(request).replaceAll('"mark"', () => {
    const name = `mark${(count += 1)}.`;
    marks.push(name);
    return `"${name}"`;
  });
  return { request: JSON.parse(json) as MessagesRequest, marks };
}

describe('a request', () => {
  it('loses nothing on its way, and keeps its order', () => {
    fc.assert(
      fc.property(system, fc.array(exchange, { maxLength: 4 }), (prompt, exchanges) => {
        const { request, marks } = numbered({
          model: 'claude',
          max_tokens: 100,
          system: prompt,
          messages: messagesOf(exchanges),
        });
        const before = JSON.stringify(request);
        const { body, warnings } = toResponsesRequest(request, upstream);
        expect(JSON.stringify(body.input).match(/mark\d+\./g)).toEqual(marks);
        expect(warnings).toEqual([]);
        expect(JSON.stringify(request)).toBe(before);
      }),
    );
  });

  it('has a breakpoint four times at most, and only where the client wanted one', () => {
    fc.assert(
      fc.property(system, fc.array(exchange, { maxLength: 4 }), (prompt, exchanges) => {
        const request = { model: 'claude', max_tokens: 100, system: prompt, messages: messagesOf(exchanges) };
        const wanted = (JSON.stringify(request).match(/cache_control/g) ?? []).length;
        const set = JSON.stringify(toResponsesRequest(request, upstream).body).match(/prompt_cache_breakpoint/g) ?? [];
        // A search result takes the mark of the block, not of the texts within.
        expect(set.length).toBeLessThanOrEqual(Math.min(4, wanted));
      }),
    );
  });
});

describe('an answer that comes back in the next request', () => {
  const words = fc.string({ minLength: 1, maxLength: 20 });
  const item = fc.oneof(
    words.map((one) => messageItem(one)),
    fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }).map((input) => callItem('Bash', JSON.stringify(input))),
    fc.tuple(fc.array(words, { maxLength: 2 }), words).map(([summary, sealed]) => reasoningItem(summary, sealed)),
  );

  it('is the items that it was, calls and encrypted reasoning included', () => {
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 5 }), words, (items, last) => {
        const output = items.map((one, index) =>
          one.type === 'function_call' ? { ...one, call_id: `call_${index}` } : one,
        );
        // Reasoning that nothing came of is not sent back.
        output.push(messageItem(last));
        const first = toResponsesRequest(
          {
            model: 'claude',
            max_tokens: 100,
            thinking: { type: 'adaptive' },
            messages: [{ role: 'user', content: 'x' }],
          },
          upstream,
        );
        const { message } = fromResponsesAnswer(JSON.parse(JSON.stringify(responseOf(output))), first.context);
        const answers = message.content.flatMap((block) =>
          block.type === 'tool_use' ? [{ type: 'tool_result' as const, tool_use_id: block.id, content: 'ok' }] : [],
        );
        const { body } = toResponsesRequest(
          {
            model: 'claude',
            max_tokens: 100,
            messages: [
              { role: 'user', content: 'x' },
              { role: 'assistant', content: message.content as ContentBlockParam[] },
              { role: 'user', content: [...answers, { type: 'text', text: 'go on' }] },
            ],
          },
          upstream,
        );
        const sent = (Array.isArray(body.input) ? body.input : []).slice(1, -1 - answers.length);
        expect(sent.flatMap(essence)).toEqual(output.flatMap(essence));
      }),
    );
  });
});

/** What of an item must survive; a message's parts may be packed otherwise. */
function essence(item: object): unknown[] {
  if ('content' in item && Array.isArray(item.content)) {
    return item.content.map((part: { text?: unknown }) => ({ text: part.text }));
  }
  if ('encrypted_content' in item) {
    return [{ encrypted: item.encrypted_content, summary: 'summary' in item ? item.summary : [] }];
  }
  if (!('arguments' in item)) return [item];
  return [{ call: 'call_id' in item && item.call_id, input: JSON.parse(String(item.arguments)) as unknown }];
}
