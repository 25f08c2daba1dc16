import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { usageFromOpenai } from './usage.js';

describe('usage', () => {
  it('takes cached and newly cached tokens out of the input, once each', () => {
    const details = { cached_tokens: 0, cache_write_tokens: 4012 };
    expect(
      usageFromOpenai({
        prompt_tokens: 4020,
        completion_tokens: 5,
        total_tokens: 4025,
        prompt_tokens_details: details,
      }),
    ).toMatchObject({
      input_tokens: 8,
      cache_read_input_tokens: 0,
      cache_creation_input_tokens: 4012,
      cache_creation: { ephemeral_5m_input_tokens: 4012, ephemeral_1h_input_tokens: 0 },
      output_tokens: 5,
      output_tokens_details: null,
    });
  });

  it.each([
    [{ cache_write_tokens: 80 }, 50, 30],
    [{}, 50, 30],
    [{ cache_write_tokens: 20 }, 0, 20],
  ])('tells writes that last for hours from the others: %j', (total, short, lasting) => {
    const details = { ...total, cache_write_tokens_details: { ttl_12h_tokens: 30, ttl_30m_tokens: 50 } };
    expect(usageFromOpenai({ input_tokens: 100, output_tokens: 1, input_tokens_details: details })).toMatchObject({
      input_tokens: 100 - short - lasting,
      cache_creation_input_tokens: short + lasting,
      cache_creation: { ephemeral_5m_input_tokens: short, ephemeral_1h_input_tokens: lasting },
    });
  });

  it('is read from Responses’ names too', () => {
    expect(
      usageFromOpenai({
        input_tokens: 10,
        output_tokens: 7,
        input_tokens_details: { cached_tokens: 4 },
        output_tokens_details: { reasoning_tokens: 3 },
      }),
    ).toMatchObject({
      input_tokens: 6,
      cache_read_input_tokens: 4,
      output_tokens: 7,
      output_tokens_details: { thinking_tokens: 3 },
    });
  });

  it.each([[{ prompt_cache_hit_tokens: 6 }], [{ cached_tokens: 6 }]])('finds cached tokens in %j', (cached) => {
    expect(usageFromOpenai({ prompt_tokens: 10, completion_tokens: 1, ...cached })).toMatchObject({
      input_tokens: 4,
      cache_read_input_tokens: 6,
    });
  });

  it('adds reasoning that a server counts beside the completion', () => {
    const details = { completion_tokens_details: { reasoning_tokens: 30 } };
    expect(
      usageFromOpenai({ prompt_tokens: 10, completion_tokens: 5, total_tokens: 45, ...details })?.output_tokens,
    ).toBe(35);
    expect(
      usageFromOpenai({ prompt_tokens: 10, completion_tokens: 35, total_tokens: 45, ...details })?.output_tokens,
    ).toBe(35);
  });

  it.each([
    ['default', 'standard', null],
    ['priority', 'priority', 'fast'],
    ['flex', 'standard', null],
    [null, null, null],
  ])('of tier %s is of tier %s', (tier, serviceTier, speed) => {
    expect(usageFromOpenai({ prompt_tokens: 1 }, tier)).toMatchObject({ service_tier: serviceTier, speed });
  });

  it('is never a number that is none, or below zero', () => {
    const count = fc.option(fc.oneof(fc.integer(), fc.double(), fc.constant('7')), { nil: undefined });
    const details = fc.record({ cached_tokens: count, cache_write_tokens: count, reasoning_tokens: count });
    const usage = fc.record({
      prompt_tokens: count,
      completion_tokens: count,
      total_tokens: count,
      prompt_tokens_details: details,
      completion_tokens_details: details,
    });
    fc.assert(
      fc.property(fc.oneof(usage, fc.anything()), (value) => {
        const read = usageFromOpenai(value);
        for (const number of [read?.input_tokens, read?.output_tokens, read?.cache_read_input_tokens]) {
          expect(number === undefined || (Number.isInteger(number) && Number(number) >= 0)).toBe(true);
        }
      }),
    );
  });
});
