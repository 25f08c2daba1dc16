import type { TokenColumns } from '#persistence';
import type { Usage } from '#wire';

/** No answer has as many; what an upstream invents beyond it must not overflow a sum. */
const mostTokens = 1_000_000_000_000;

/**
 * An answer's tokens as disjoint kinds, whole and never negative: every token is in one column only (thinking excepted, which is
 * part of the output), so that each is charged once. What Anthropic used to compact the context is among them, though its totals
 * leave it out.
 */
export function tokenCounts(usage: Usage | undefined): TokenColumns {
  const { iterations } = (usage ?? {}) as { readonly iterations?: unknown };
  const compactions = Array.isArray(iterations) ? iterations.filter(isCompaction) : [];
  return compactions.map(countsOf).reduce(sum, countsOf(usage));
}

function isCompaction(iteration: unknown): iteration is Usage {
  return typeof iteration === 'object' && iteration !== null && 'type' in iteration && iteration.type === 'compaction';
}

function sum(one: TokenColumns, other: TokenColumns): TokenColumns {
  const plus = (column: keyof TokenColumns): number => Math.min(one[column] + other[column], mostTokens);
  return {
    input_tokens: plus('input_tokens'),
    output_tokens: plus('output_tokens'),
    cache_read_tokens: plus('cache_read_tokens'),
    cache_creation_5m_tokens: plus('cache_creation_5m_tokens'),
    cache_creation_1h_tokens: plus('cache_creation_1h_tokens'),
    thinking_tokens: plus('thinking_tokens'),
  };
}

function countsOf(usage: Usage | undefined): TokenColumns {
  const oneHour = count(usage?.cache_creation?.ephemeral_1h_input_tokens);
  const fiveMinutes = count(usage?.cache_creation?.ephemeral_5m_input_tokens);
  // The end of a stream repeats the total without its parts. What the parts do not explain has the default lifetime.
  const written = Math.max(count(usage?.cache_creation_input_tokens), fiveMinutes + oneHour);
  return {
    input_tokens: count(usage?.input_tokens),
    output_tokens: count(usage?.output_tokens),
    cache_read_tokens: count(usage?.cache_read_input_tokens),
    cache_creation_5m_tokens: written - oneHour,
    cache_creation_1h_tokens: oneHour,
    thinking_tokens: count(usage?.output_tokens_details?.thinking_tokens),
  };
}

function count(value: unknown): number {
  if (typeof value !== 'number' || !(value > 0)) return 0;
  return Math.min(Math.trunc(value), mostTokens);
}
