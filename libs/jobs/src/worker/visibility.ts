import type { DurableConfig } from '#config';

/**
 * How long a received message stays hidden without a sign of life. A little longer than the lease, so that whoever gets it
 * after a worker's death finds the lease run out.
 */
export function visibilitySeconds(durable: DurableConfig): number {
  return durable.leaseSeconds + 2;
}
