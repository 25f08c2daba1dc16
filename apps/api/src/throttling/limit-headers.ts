import type { Dialect } from '#wire';

export interface LimitState {
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until the window ends. */
  readonly resetSeconds: number;
}

/** The state of a limit in the headers that the dialect's SDKs read: Anthropic's reset is a time, OpenAI's a duration. */
export function limitHeaders(dialect: Dialect, state: LimitState, nowMs = Date.now()): Record<string, string> {
  const { limit, remaining, resetSeconds } = state;
  if (dialect === 'messages' || dialect === 'complete') {
    return {
      'anthropic-ratelimit-requests-limit': String(limit),
      'anthropic-ratelimit-requests-remaining': String(remaining),
      'anthropic-ratelimit-requests-reset': new Date(nowMs + resetSeconds * 1000).toISOString(),
    };
  }
  return {
    'x-ratelimit-limit-requests': String(limit),
    'x-ratelimit-remaining-requests': String(remaining),
    'x-ratelimit-reset-requests': `${resetSeconds}s`,
  };
}
