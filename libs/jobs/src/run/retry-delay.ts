import type { GatewayError } from '#wire';

const baseSeconds = 2;

/** Below the 15 minutes after which a silent job counts as lost and gets another message. */
const capSeconds = 600;

/**
 * How long a job rests after a run that failed and may succeed later: what the upstream asked for, else a doubling time with
 * equal jitter. The gateway itself has tried several times within the run.
 *
 * @param attempt from 1
 */
export function retryDelaySeconds(attempt: number, error: GatewayError, random: () => number = Math.random): number {
  const ceiling = Math.min(capSeconds, baseSeconds * 2 ** (attempt - 1));
  const spread = (ceiling / 2) * (1 + random());
  return Math.min(capSeconds, Math.max(spread, error.context.retryAfterSeconds ?? 0));
}
