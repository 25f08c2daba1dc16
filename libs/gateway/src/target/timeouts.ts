import type { TargetConfig, TargetTimeouts } from '#config';
import type { Inbound } from '../inbound.js';

/**
 * A plain answer may take the ten minutes that the vendors' SDKs wait; a stream as long as it says something, and a job as long as a
 * stream: nobody waits, and an answer that is cut off would be paid for again.
 */
const defaults: TargetTimeouts = { connectMs: 5000, firstByteMs: 120_000, idleMs: 300_000, totalMs: 600_000 };
const patientTotalMs = 3_600_000;

export interface CallTimeouts extends TargetTimeouts {
  /** The client gives the target less time than it may take for its first byte: running out of it is not the target's fault. */
  readonly impatient: boolean;
}

/** The target's limits, and no more time than the client still waits, of which earlier attempts have taken `elapsedMs`. */
export function timeoutsFor(config: TargetConfig, inbound: Inbound, elapsedMs: number): CallTimeouts {
  const own = config.timeouts ?? {};
  const ownTotalMs = own.totalMs ?? (inbound.stream || inbound.durable ? patientTotalMs : defaults.totalMs);
  // Timers leave fractions out, and one that fires before its time would leave some for another try.
  const totalMs = Math.min(ownTotalMs, Math.max(1, Math.ceil(clientTimeoutMs(inbound) - elapsedMs)));
  const firstByteMs = own.firstByteMs ?? defaults.firstByteMs;
  return {
    connectMs: connectMsOf(config),
    firstByteMs: Math.min(inbound.stream ? firstByteMs : totalMs, totalMs),
    idleMs: own.idleMs ?? defaults.idleMs,
    totalMs,
    impatient: totalMs < Math.min(ownTotalMs, firstByteMs),
  };
}

export function connectMsOf({ timeouts }: TargetConfig): number {
  return timeouts?.connectMs ?? defaults.connectMs;
}

/**
 * How long the client waits for the whole answer (`x-stainless-timeout`, in seconds). For a stream the SDKs' timeout ends with the
 * headers, so it bounds nothing but plain answers; a job has no client waiting. The SDKs leave out what is beyond whole seconds.
 */
export function clientTimeoutMs({ headers, stream, durable }: Inbound): number {
  const seconds = Number(headers['x-stainless-timeout']);
  if (stream || durable || !(seconds > 0)) return Number.POSITIVE_INFINITY;
  return (Number.isInteger(seconds) ? seconds + 1 : seconds) * 1000;
}
