import type { ModelPrice, PriceTable, Rates } from './prices.js';

/** In USD per million tokens, as the vendors print them. */
interface Listed {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
}

function microUsd(usd: number): number {
  return Math.round(usd * 1_000_000);
}

/** Anthropic: a cache write costs 1.25 times the input for five minutes, twice for an hour. */
function claudeRates({ input, output, cacheRead }: Listed): Rates {
  return {
    input: microUsd(input),
    output: microUsd(output),
    cacheRead: microUsd(cacheRead),
    cacheWrite5m: microUsd(input * 1.25),
    cacheWrite1h: microUsd(input * 2),
  };
}

/** OpenAI until GPT-5.5: writing to the cache is free beyond the input itself. */
function openaiRates({ input, output, cacheRead }: Listed): Rates {
  const inputRate = microUsd(input);
  return {
    input: inputRate,
    output: microUsd(output),
    cacheRead: microUsd(cacheRead),
    cacheWrite5m: inputRate,
    cacheWrite1h: inputRate,
  };
}

/** OpenAI from GPT-5.6: cache writes cost 1.25 times the input, whatever their lifetime. */
function openaiWriteRates(listed: Listed): Rates {
  const write = microUsd(listed.input * 1.25);
  return { ...openaiRates(listed), cacheWrite5m: write, cacheWrite1h: write };
}

/** OpenAI's large windows: a prompt above 272 000 tokens doubles input and cache, and output costs half as much again. */
function longContext(rates: (listed: Listed) => Rates, { input, output, cacheRead }: Listed): ModelPrice {
  const long = { input: input * 2, output: output * 1.5, cacheRead: cacheRead * 2 };
  return { ...rates({ input, output, cacheRead }), above: { promptTokens: 272_000, rates: rates(long) } };
}

function claude(input: number, output: number, cacheRead: number): ModelPrice {
  return claudeRates({ input, output, cacheRead });
}

/** Without a cached price, the vendor gives no discount. */
function openai(input: number, output: number, cacheRead = input): ModelPrice {
  return openaiRates({ input, output, cacheRead });
}

function openaiLong(input: number, output: number, cacheRead = input): ModelPrice {
  return longContext(openaiRates, { input, output, cacheRead });
}

function openaiWithWrites(input: number, output: number, cacheRead: number): ModelPrice {
  return longContext(openaiWriteRates, { input, output, cacheRead });
}

/**
 * Public list prices: standard processing, without regional surcharges. A name stands for its dated snapshots too, never for a
 * variant or a successor: a model that is not here has no price rather than a guessed one.
 *
 * https://platform.claude.com/docs/en/about-claude/pricing · https://developers.openai.com/api/docs/pricing
 */
export const listPrices: PriceTable = {
  asOf: '2026-10-24',
  models: {
    'claude-fable-5-1': claude(10, 50, 0.25),
    'claude-mythos-5-1': claude(10, 50, 0.25),
    'claude-fable-5': claude(10, 50, 1),
    'claude-mythos-5': claude(10, 50, 1),
    'claude-opus-5-5': claude(4, 20, 0.2),
    'claude-opus-5': claude(5, 25, 0.5),
    'claude-opus-4-8': claude(5, 25, 0.5),
    'claude-opus-4-7': claude(5, 25, 0.5),
    'claude-opus-4-6': claude(5, 25, 0.5),
    'claude-opus-4-5': claude(5, 25, 0.5),
    'claude-opus-4-1': claude(15, 75, 1.5),
    'claude-opus-4': claude(15, 75, 1.5),
    'claude-opus-4-0': claude(15, 75, 1.5),
    'claude-sonnet-5-5': claude(2, 10, 0.1),
    'claude-sonnet-5': claude(2, 10, 0.2),
    'claude-sonnet-4-6': claude(3, 15, 0.3),
    'claude-sonnet-4-5': claude(3, 15, 0.3),
    'claude-sonnet-4': claude(3, 15, 0.3),
    'claude-sonnet-4-0': claude(3, 15, 0.3),
    'claude-haiku-5-5': {
      ...claude(0.1, 0.5, 0.01),
      above: { promptTokens: 100_000, rates: claudeRates({ input: 0.5, output: 2.5, cacheRead: 0.05 }) },
    },
    'claude-haiku-4-5': claude(1, 5, 0.1),

    'gpt-6.1-sol': openaiWithWrites(2, 10, 0.1),
    'gpt-6-astra': openaiWithWrites(10, 50, 1),
    'gpt-6-sol': openaiWithWrites(2, 10, 0.2),
    'gpt-6-luna': openaiWithWrites(0.1, 0.5, 0.01),
    'gpt-5.6': openaiWithWrites(4, 20, 0.4),
    'gpt-5.6-sol': openaiWithWrites(4, 20, 0.4),
    'gpt-5.6-terra': openaiWithWrites(2, 12, 0.2),
    'gpt-5.6-luna': openaiWithWrites(0.2, 1.2, 0.02),
    'gpt-5.5': openaiLong(5, 30, 0.5),
    'gpt-5.5-pro': openaiLong(30, 180),
    'gpt-5.4': openaiLong(2.5, 15, 0.25),
    'gpt-5.4-pro': openaiLong(30, 180),
    'gpt-5.4-mini': openai(0.75, 4.5, 0.075),
    'gpt-5.4-nano': openai(0.2, 1.25, 0.02),
    'gpt-5.3-codex': openai(1.75, 14, 0.175),
    'gpt-5.3-chat': openai(1.75, 14, 0.175),
    'gpt-5.2': openai(1.75, 14, 0.175),
    'gpt-5.2-chat': openai(1.75, 14, 0.175),
    'gpt-5.2-codex': openai(1.75, 14, 0.175),
    'gpt-5.2-pro': openai(21, 168),
    'gpt-5.1': openai(1.25, 10, 0.125),
    'gpt-5.1-chat': openai(1.25, 10, 0.125),
    'gpt-5.1-codex': openai(1.25, 10, 0.125),
    'gpt-5.1-codex-max': openai(1.25, 10, 0.125),
    'gpt-5.1-codex-mini': openai(0.25, 2, 0.025),
    'gpt-5': openai(1.25, 10, 0.125),
    'gpt-5-chat': openai(1.25, 10, 0.125),
    'gpt-5-codex': openai(1.25, 10, 0.125),
    'gpt-5-mini': openai(0.25, 2, 0.025),
    'gpt-5-nano': openai(0.05, 0.4, 0.005),
    'gpt-5-pro': openai(15, 120),
    'gpt-4.1': openai(2, 8, 0.5),
    'gpt-4.1-mini': openai(0.4, 1.6, 0.1),
    'gpt-4.1-nano': openai(0.1, 0.4, 0.025),
    'gpt-4o': openai(2.5, 10, 1.25),
    'gpt-4o-2024-05-13': openai(5, 15),
    'gpt-4o-mini': openai(0.15, 0.6, 0.075),
    'chatgpt-4o': openai(5, 15),
    o1: openai(15, 60, 7.5),
    'o1-mini': openai(1.1, 4.4, 0.55),
    'o1-pro': openai(150, 600),
    o3: openai(2, 8, 0.5),
    'o3-mini': openai(1.1, 4.4, 0.55),
    'o3-pro': openai(20, 80),
    'o3-deep-research': openai(10, 40, 2.5),
    'o4-mini': openai(1.1, 4.4, 0.275),
    'o4-mini-deep-research': openai(2, 8, 0.5),
  },
};
