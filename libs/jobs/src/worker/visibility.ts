import type { DurableConfig } from '#config';

/**
 * How long a message is hidden by being received. Whoever takes it up says so at once; an answer that got lost on its way, or
 * that SQS gave to the poll of a process that had just died, costs the job no more than this.
 */
export const receivedSeconds = 10;

/**
 * How long a message that has been taken up stays hidden without a sign of life. A little longer than the lease, so that whoever
 * gets it after a worker's death finds the lease run out.
 */
export function heldSeconds(durable: DurableConfig): number {
  return durable.leaseSeconds + 2;
}
