import { setTimeout as sleep } from 'node:timers/promises';
import { GatewayError } from '#wire';

const firstPauseMs = 250;
const maxPauseMs = 5000;

/** An outage that lasts longer is taken for a fault of this one call, which must not block a worker for ever. */
const patienceMs = 30 * 60_000;

/**
 * Calls until the database answers: what has been paid for upstream must not be lost to an outage, nor a job that is stored be refused
 * for an answer that got lost. Other failures, and any failure once `signal` has fired, are thrown.
 *
 * @returns the answer, and whether it may be the second one because an earlier call was cut off.
 */
export async function untilAvailable<T>(
  call: () => Promise<T>,
  signal: AbortSignal,
): Promise<{ readonly answer: T; readonly repeated: boolean }> {
  const startedMs = performance.now();
  for (let tries = 0; ; tries += 1) {
    try {
      return { answer: await call(), repeated: tries > 0 };
    } catch (error) {
      const isOutage = error instanceof GatewayError && error.code === 'unavailable';
      if (!isOutage || signal.aborted || performance.now() - startedMs > patienceMs) throw error;
      const pauseMs = Math.min(maxPauseMs, firstPauseMs * 2 ** tries) * (0.5 + Math.random() / 2);
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
