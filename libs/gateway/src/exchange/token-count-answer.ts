import type { ExchangeAnswer } from './exchange.js';

/** Anthropic's answer to `count_tokens`. Clients read in a header whether it was counted or estimated. */
export function tokenCount(
  tokens: number,
  kind: 'exact' | 'estimated',
  headers: Readonly<Record<string, string>> = {},
): ExchangeAnswer {
  return {
    headers: { ...headers, 'content-type': 'application/json', 'x-proxy-token-count': kind },
    body: JSON.stringify({ input_tokens: tokens }),
    fail: () => '',
    report: () => ({ usage: undefined, stopReason: undefined, model: undefined }),
  };
}
