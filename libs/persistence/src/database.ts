import type { JobCountRow, JobRow, JobStatus, LeaseJobRow, UnsentJobRow } from './job-rows.js';
import type { UsageAttemptRow, UsageBatch, UsageOperationRow, UsageReportRow } from './usage-rows.js';
import type { WorkerRow } from './worker-row.js';

interface SqlFunction<Args, Returns> {
  Args: Args;
  Returns: Returns;
}

type NoArguments = Record<PropertyKey, never>;

/**
 * The SQL functions of `infra/supabase/migrations`, as supabase-js needs them to type `rpc()`. The tables are absent on
 * purpose: this code reads and writes through functions alone.
 */
export interface Database {
  public: {
    Tables: Record<string, never>;
    Views: Record<string, never>;
    Functions: {
      admit_job: SqlFunction<
        {
          p_id: string;
          p_key_id: string;
          p_idempotency_key: string | null;
          p_dialect: string;
          p_model: string;
          p_request_body: string;
          p_request_headers: Record<string, string>;
          p_request_query: string;
          p_metadata: Record<string, unknown> | null;
          p_correlation_id: string;
          p_traceparent: string | null;
          p_max_attempts: number;
          p_owned_key_ids: string[];
        },
        { id: string; created_at: string; status: JobStatus; is_new: boolean }[]
      >;
      mark_job_sent: SqlFunction<{ p_id: string }, boolean>;
      claim_due_jobs: SqlFunction<{ p_limit: number; p_claim_seconds: number }, UnsentJobRow[]>;
      take_job: SqlFunction<
        { p_id: string; p_lease: string; p_worker: string; p_lease_seconds: number },
        LeaseJobRow[]
      >;
      extend_job_lease: SqlFunction<{ p_id: string; p_lease: string; p_lease_seconds: number }, boolean>;
      finish_job: SqlFunction<
        {
          p_id: string;
          p_lease: string;
          p_status: string;
          p_result_status: number | null;
          p_result_headers: Record<string, string> | null;
          p_result_body: string | null;
          p_error: object | null;
          p_usage: UsageBatch | null;
        },
        boolean
      >;
      release_job: SqlFunction<{ p_id: string; p_lease: string; p_count_attempt: boolean }, boolean>;
      get_job: SqlFunction<{ p_id: string; p_key_id: string }, JobRow[]>;
      job_counts: SqlFunction<NoArguments, JobCountRow[]>;
      delete_finished_jobs: SqlFunction<{ p_days: number; p_limit: number }, number>;
      delete_usage: SqlFunction<{ p_days: number; p_limit: number }, number>;
      record_usage: SqlFunction<
        { p_operations: readonly UsageOperationRow[]; p_attempts: readonly UsageAttemptRow[] },
        { operations: number; attempts: number }[]
      >;
      usage_report: SqlFunction<
        { p_from: string; p_to: string; p_group: string[]; p_key_ids: string[] | null },
        UsageReportRow[]
      >;
      beat: SqlFunction<{ p_worker: string; p_version: string }, undefined>;
      live_workers: SqlFunction<{ p_within_seconds: number }, WorkerRow[]>;
      schema_20261122040000: SqlFunction<NoArguments, boolean>;
    };
  };
}
