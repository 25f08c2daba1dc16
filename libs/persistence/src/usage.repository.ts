import { dataOf } from './database-failure.js';
import { storableJson } from './storable-text.js';
import type { DatabaseClient } from './supabase-client.js';
import type { UsageAttemptRow, UsageGroup, UsageOperationRow, UsageReportRow } from './usage-rows.js';

export interface UsageBatch {
  readonly operations: readonly UsageOperationRow[];
  readonly attempts: readonly UsageAttemptRow[];
}

/** Clocks give fractions of milliseconds; the columns are whole, and one fraction would refuse the batch. */
function wholeMilliseconds<T extends { duration_ms: number; first_byte_ms: number | null }>(row: T): T {
  return {
    ...row,
    duration_ms: Math.round(row.duration_ms),
    first_byte_ms: row.first_byte_ms === null ? null : Math.round(row.first_byte_ms),
  };
}

export function storableUsage(batch: UsageBatch): { operations: UsageOperationRow[]; attempts: UsageAttemptRow[] } {
  return storableJson({
    operations: batch.operations.map(wholeMilliseconds),
    attempts: batch.attempts.map(wholeMilliseconds),
  });
}

/** The ledger. Failures as in `JobRepository`: after `unavailable` the same batch may be written again, after `internal` not. */
export class UsageRepository {
  constructor(private readonly client: DatabaseClient) {}

  /** Idempotent: rows that are there already are left alone. Returns how many were new. */
  async record(batch: UsageBatch): Promise<{ operations: number; attempts: number }> {
    const { operations, attempts } = storableUsage(batch);
    const rows = dataOf(
      await this.client.rpc('record_usage', { p_operations: operations, p_attempts: attempts }),
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
