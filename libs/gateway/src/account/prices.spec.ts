import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { TokenColumns } from '#persistence';
import { configuredPrices } from './configured-prices.js';
import { listPrices } from './list-prices.js';
import { Prices, type PriceTable } from './prices.js';

const none: TokenColumns = {
  input_tokens: 0,
  output_tokens: 0,
  cache_read_tokens: 0,
  cache_creation_5m_tokens: 0,
  cache_creation_1h_tokens: 0,
  thinking_tokens: 0,
};
const million = 1_000_000;

function table(models: PriceTable['models']): PriceTable {
  return { asOf: '2026-11-01', models };
}

function flat(rate: number): PriceTable['models'][string] {
  return { input: rate, output: rate, cacheRead: rate, cacheWrite5m: rate, cacheWrite1h: rate };
}

describe('the public lists', () => {
  const prices = new Prices([listPrices]);

  it.each([
    ['claude-opus-5', { input_tokens: million }, 5_000_000],
    ['claude-opus-5', { output_tokens: million }, 25_000_000],
    ['claude-opus-5', { cache_read_tokens: million }, 500_000],
    ['claude-opus-5', { cache_creation_5m_tokens: million }, 6_250_000],
    ['claude-opus-5', { cache_creation_1h_tokens: million }, 10_000_000],
    ['claude-opus-4-20250514', { input_tokens: million }, 15_000_000],
    ['claude-opus-4-5-20251101', { input_tokens: million }, 5_000_000],
    ['claude-sonnet-4-5@20250929', { output_tokens: million }, 15_000_000],
    ['claude-haiku-5-5', { input_tokens: 100_000 }, 10_000],
    ['claude-haiku-5-5', { input_tokens: 100_001 }, 50_001],
    ['claude-haiku-5-5', { cache_read_tokens: 60_000, input_tokens: 60_000, output_tokens: 1000 }, 35_500],
    ['gpt-5-2025-08-07', { input_tokens: million }, 1_250_000],
    ['gpt-5.4-nano', { cache_read_tokens: 1 }, 0],
    ['gpt-5.4-nano', { cache_read_tokens: 25 }, 1],
    ['gpt-5.4', { input_tokens: 272_000, output_tokens: 100_000 }, 2_180_000],
    ['gpt-5.4', { input_tokens: 272_001, output_tokens: 100_000 }, 3_610_005],
    ['gpt-5.6-sol', { cache_creation_5m_tokens: 100_000 }, 500_000],
    ['openai/gpt-4o-mini', { output_tokens: million }, 600_000],
    ['GPT-5.1-Chat-Latest', { output_tokens: million }, 10_000_000],
    ['o3', { input_tokens: 1 }, 2],
  ] as const)('charge %s %j with %d micro-USD', (model, tokens, cost) => {
    expect(prices.cost([model], { ...none, ...tokens })).toBe(cost);
  });

  it.each([
    'claude-opus-4-9',
    'claude-opus-5-9',
    'claude-opus-50',
    'gpt-5.9',
    'gpt-5-turbo',
    'gpt-4o-audio',
    'o33',
    'o9',
    'llama',
    '',
  ])('have no price for %j rather than a guessed one', (model) => {
    expect(prices.cost([model], { ...none, input_tokens: 1 })).toBeNull();
  });

  it('know that nothing costs nothing, whatever the model', () => {
    expect(prices.cost(['unknown'], none)).toBe(0);
    expect(prices.cost([], none)).toBe(0);
  });

  it('do not charge thinking beside the output that it is part of', () => {
    expect(prices.cost(['claude-opus-5'], { ...none, output_tokens: 1000, thinking_tokens: 900 })).toBe(25_000);
  });

  it('take the first name that they know: the base model before a deployment', () => {
    const tokens = { ...none, input_tokens: million };
    expect(prices.cost(['gpt-4.1', 'o3-pro'], tokens)).toBe(2_000_000);
    expect(prices.cost([undefined, 'my-deployment', 'o3-pro'], tokens)).toBe(20_000_000);
  });
});

describe('prices of the operator', () => {
  const own = configuredPrices([
    { model: 'claude-', asOf: '2026-10-01', input: 1, output: 2 },
    { model: 'claude-opus', asOf: '2026-11-01', input: 3, output: 4, cacheRead: 5, cacheWrite5m: 6 },
  ]);
  const prices = new Prices([own, listPrices]);

  it('come before the list, the longest prefix first', () => {
    const tokens = { ...none, input_tokens: million };
    expect(prices.cost(['claude-opus-5'], tokens)).toBe(3);
    expect(prices.cost(['anthropic/claude-sonnet-5'], tokens)).toBe(1);
    expect(prices.cost(['gpt-4.1'], tokens)).toBe(2_000_000);
  });

  it('invent no discount for caches that they say nothing of', () => {
    expect(prices.cost(['claude-sonnet-5'], { ...none, cache_read_tokens: million })).toBe(1);
    expect(prices.cost(['claude-opus-5'], { ...none, cache_creation_1h_tokens: million })).toBe(6);
  });

  it('must be whole numbers from 0', () => {
    for (const rate of [0.5, -1, Number.NaN, 2 ** 53]) {
      expect(() => new Prices([table({ m: flat(rate) })])).toThrow(RangeError);
    }
  });
});

describe('the arithmetic', () => {
  const count = fc.integer({ min: 0, max: 1_000_000_000_000 });
  const rate = fc.integer({ min: 0, max: 200_000_000 });
  const tokens = fc.record({
    input_tokens: count,
    output_tokens: count,
    cache_read_tokens: count,
    cache_creation_5m_tokens: count,
    cache_creation_1h_tokens: count,
    thinking_tokens: count,
  });
  const rates = fc.record({ input: rate, output: rate, cacheRead: rate, cacheWrite5m: rate, cacheWrite1h: rate });

  it('is exact to half a micro-USD for any counts and rates', () => {
    fc.assert(
      fc.property(tokens, rates, (used, price) => {
        const cost = new Prices([table({ m: price })]).cost(['m'], used);
        const exact =
          BigInt(used.input_tokens) * BigInt(price.input) +
          BigInt(used.output_tokens) * BigInt(price.output) +
          BigInt(used.cache_read_tokens) * BigInt(price.cacheRead) +
          BigInt(used.cache_creation_5m_tokens) * BigInt(price.cacheWrite5m) +
          BigInt(used.cache_creation_1h_tokens) * BigInt(price.cacheWrite1h);
        const twiceTheError = 2n * (BigInt(cost ?? -1) * 1_000_000n - exact);
        expect(twiceTheError > -1_000_000n && twiceTheError <= 1_000_000n).toBe(true);
      }),
    );
  });

  it('charges each kind of token once: moving tokens between kinds of one rate changes nothing', () => {
    fc.assert(
      fc.property(tokens, fc.integer({ min: 0, max: 1_000_000 }), (used, each) => {
        const prices = new Prices([table({ m: flat(each) })]);
        const { thinking_tokens: _part, ...charged } = used;
        const sum = Object.values(charged).reduce((total, kind) => total + kind, 0);
        expect(prices.cost(['m'], used)).toBe(prices.cost(['m'], { ...none, input_tokens: sum }));
      }),
    );
  });
});
