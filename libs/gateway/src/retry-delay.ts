import type { RetryConfig } from '#config';
import type { GatewayError } from '#wire';

/**
 * How long to wait before another attempt: what the upstream asked for, else full jitter over an exponential ceiling, which
 * spreads a crowd of retries best (AWS Architecture Blog, "Exponential Backoff and Jitter"). Undefined when the upstream asks
 * for longer than a client should be kept waiting: it is told the `retry-after` instead.
 */
export function retryDelayMs(
  retries: number,
  error: GatewayError,
  { baseDelayMs, maxDelayMs }: Pick<RetryConfig, 'baseDelayMs' | 'maxDelayMs'>,
  random: () => number = Math.random,
): number | undefined {
  const { retryAfterSeconds } = error.context;
  if (retryAfterSeconds !== undefined)
    return retryAfterSeconds * 1000 <= maxDelayMs ? retryAfterSeconds * 1000 : undefined;
  return random() * Math.min(maxDelayMs, baseDelayMs * 2 ** retries);
}
