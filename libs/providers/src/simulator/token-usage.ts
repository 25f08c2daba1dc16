/** Tokens by kind, counted as Anthropic does: `input` excludes what was read from or written to a cache. */
export interface TokenUsage {
  readonly input: number;
  /** Includes `thinking`. */
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly thinking: number;
}

export const noTokens: TokenUsage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, thinking: 0 };

export function addUsage(left: TokenUsage, right: TokenUsage): TokenUsage {
  return {
    input: left.input + right.input,
    output: left.output + right.output,
    cacheRead: left.cacheRead + right.cacheRead,
    cacheWrite: left.cacheWrite + right.cacheWrite,
    thinking: left.thinking + right.thinking,
  };
}
