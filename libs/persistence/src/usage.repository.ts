import { dataOf } from './database-failure.js';
import type { DatabaseClient } from './supabase-client.js';
import type { UsageBatch, UsageGroup, UsageReportRow } from './usage-rows.js';

/** The ledger. Failures as in `JobRepository`: after `unavailable` the same batch may be written again, after `internal` not. */
export class UsageRepository {
  constructor(private readonly client: DatabaseClient) {}

  /** Idempotent: rows that are there already are left alone. Returns how many were new. */
  async record(batch: UsageBatch): Promise<{ operations: number; attempts: number }> {
    const rows = dataOf(
      await this.client.rpc('record_usage', { p_operations: batch.operations, p_attempts: batch.attempts }),
      'Usage could not be recorded',
    );
    return rows[0] ?? { operations: 0, attempts: 0 };
  }

  /** Sums over `from` ≤ start < `to`. Without a group, one row in all; without usage, none. */
  async report(query: {
    from: Date;
    to: Date;
    groups: readonly UsageGroup[];
    /** Of these keys alone; absent: of all. */
    keyIds?: readonly string[] | undefined;
  }): Promise<UsageReportRow[]> {
    return dataOf(
      await this.client.rpc('usage_report', {
        p_from: query.from.toISOString(),
        p_to: query.to.toISOString(),
        p_group: [...query.groups],
        p_key_ids: query.keyIds === undefined ? null : [...query.keyIds],
      }),
      'Usage could not be read',
    );
  }

  /** Up to `limit` operations that started `days` ago or earlier, with their attempts; returns how many operations. */
  async deleteOld(days: number, limit: number): Promise<number> {
    return dataOf(
      await this.client.rpc('delete_usage', { p_days: days, p_limit: limit }),
      'The old usage could not be deleted',
    );
  }
}
