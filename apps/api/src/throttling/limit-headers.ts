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
      'anthropic-ratelimit-requests-reset': resetTime(Math.ceil(nowMs / 1000) + resetSeconds),
    };
  }
  return {
    'x-ratelimit-limit-requests': String(limit),
    'x-ratelimit-remaining-requests': String(remaining),
    'x-ratelimit-reset-requests': `${resetSeconds}s`,
  };
}

let lastSecond = 0;
let lastTime = '';

/** Most requests of a window share its end. */
function resetTime(epochSeconds: number): string {
  if (epochSeconds !== lastSecond) {
    lastSecond = epochSeconds;
    lastTime = new Date(epochSeconds * 1000).toISOString().replace('.000Z', 'Z');
  }
  return lastTime;
}
