import type { UsageBatch, UsageRepository } from '#persistence';

/** Injection token of the `UsageLedger`; bound where a database is configured, and only there. */
export const USAGE_LEDGER = Symbol('UsageLedger');

/**
 * Where usage ends up: `UsageRepository`, bound by whoever configures the database, so that a process without one never loads its
 * client. Writing the same rows again changes nothing. Every call throws `GatewayError`: `internal` when the values are refused and
 * always will be; after any other, later may succeed.
 */
export interface UsageLedger {
  record(batch: UsageBatch): Promise<unknown>;
  report: UsageRepository['report'];
}
