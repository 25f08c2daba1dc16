import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Usage } from '#wire';
import { tokenCounts } from './token-counts.js';

const blank: Usage = {
  input_tokens: 0,
  output_tokens: 0,
  cache_creation: null,
  cache_creation_input_tokens: null,
  cache_read_input_tokens: null,
  inference_geo: null,
  output_tokens_details: null,
  server_tool_use: null,
  service_tier: null,
  speed: null,
};

function writes(total: number | null, parts: [fiveMinutes: number, oneHour: number] | null): [number, number] {
  const cacheCreation = parts && { ephemeral_5m_input_tokens: parts[0], ephemeral_1h_input_tokens: parts[1] };
  const counts = tokenCounts({ ...blank, cache_creation_input_tokens: total, cache_creation: cacheCreation });
  return [counts.cache_creation_5m_tokens, counts.cache_creation_1h_tokens];
}

describe('tokenCounts', () => {
  it('is all zero without usage', () => {
    expect(Object.values(tokenCounts(undefined))).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it.each([
    ['the parts of the total', 50, [40, 10], [40, 10]],
    ['no parts: the default lifetime', 50, null, [50, 0]],
    ['parts without a total', null, [40, 10], [40, 10]],
    ['parts without a total that says so', 0, [40, 10], [40, 10]],
    ['a total that has grown since its parts were told', 70, [40, 10], [60, 10]],
    ['neither', null, null, [0, 0]],
  ] as const)('counts cache writes once: %s', (_name, total, parts, expected) => {
    expect(writes(total, parts && [...parts])).toEqual(expected);
  });

  it('has the tokens of compactions, which the totals leave out, and no other iteration twice', () => {
    const [message, compaction] = ['message', 'compaction'].map((type) => ({
      type,
      input_tokens: 1000,
      output_tokens: 200,
      cache_read_input_tokens: 30,
      cache_creation_input_tokens: 4,
      cache_creation: { ephemeral_5m_input_tokens: 3, ephemeral_1h_input_tokens: 1 },
    }));
    const usage = { ...blank, input_tokens: 1, output_tokens: 2, iterations: [message, compaction, null, compaction] };
    expect(tokenCounts(usage)).toEqual({
      input_tokens: 2001,
      output_tokens: 402,
      cache_read_tokens: 60,
      cache_creation_5m_tokens: 6,
      cache_creation_1h_tokens: 2,
      thinking_tokens: 0,
    });
  });

  it('makes whole numbers from 0 of whatever an upstream says', () => {
    const anything = fc.oneof(
      fc.double(),
      fc.string(),
      fc.constant(null),
      fc.integer(),
      fc.constant(1e300),
      fc.constant({}),
    );
    const usage = fc.record({
      input_tokens: anything,
      output_tokens: anything,
      cache_read_input_tokens: anything,
      cache_creation_input_tokens: anything,
      cache_creation: fc.option(
        fc.record({ ephemeral_5m_input_tokens: anything, ephemeral_1h_input_tokens: anything }),
      ),
      output_tokens_details: fc.option(fc.record({ thinking_tokens: anything })),
    });
    fc.assert(
      fc.property(usage, (told) => {
        for (const count of Object.values(tokenCounts({ ...blank, ...told } as unknown as Usage))) {
          expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
        }
      }),
    );
  });
});
