import type { Dialect } from '#wire';

export const jobStatuses = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const;

export type JobStatus = (typeof jobStatuses)[number];

/** Why a job has no result. `code` is one of `GatewayError`'s, or `attempts_exhausted`. */
export interface JobError {
  readonly code: string;
  readonly message: string;
}

/** What the owner of a job may see. Times are PostgreSQL's `timestamptz` text, which `new Date()` reads. */
export interface JobRow {
  readonly id: string;
  readonly status: JobStatus;
  readonly dialect: Dialect;
  readonly model: string;
  readonly metadata: Record<string, unknown> | null;
  readonly correlation_id: string;
  /** Runs begun so far, less those that were given back uncounted: at shutdown, or where no upstream could be called. */
  readonly attempt: number;
  readonly max_attempts: number;
  /** The upstream's HTTP status; null until there is an answer. */
  readonly result_status: number | null;
  readonly result_headers: Record<string, string> | null;
  /** The answer's text, unparsed. */
  readonly result_body: string | null;
  readonly error: JobError | null;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly updated_at: string;
}

/** A job that needs a queue message. `lost`: one had been sent, and nothing came of it. */
export interface UnsentJobRow {
  readonly id: string;
  readonly correlation_id: string;
  readonly traceparent: string | null;
  readonly lost: boolean;
}

/** `oldest_age_seconds`: since acceptance for `queued`, since the first start for `running`; null for none and for the rest. */
export interface JobCountRow {
  readonly status: JobStatus;
  readonly jobs: number;
  readonly oldest_age_seconds: number | null;
}

export interface LeasedJobRow {
  readonly outcome: 'leased';
  readonly status: 'running';
  /** The token of this run: every later write must bring it. */
  readonly lease: string;
  readonly lease_expires_at: string;
  /** From 1, this run included. */
  readonly attempt: number;
  readonly max_attempts: number;
  readonly key_id: string;
  readonly dialect: Dialect;
  readonly model: string;
  /** The client's own JSON text, unchanged. */
  readonly request_body: string;
  readonly request_headers: Record<string, string>;
  readonly request_query: string;
  readonly metadata: Record<string, unknown> | null;
  readonly correlation_id: string;
  readonly traceparent: string | null;
  readonly created_at: string;
}

/**
 * Not to be run: `held` by another worker until `lease_expires_at`; already `finished`; `exhausted`, which has just been
 * marked failed; or `missing`.
 */
export interface RefusedJobRow {
  readonly outcome: 'held' | 'finished' | 'exhausted' | 'missing';
  readonly status: JobStatus | null;
  readonly lease_expires_at: string | null;
  readonly attempt: number | null;
  readonly max_attempts: number | null;
}

export type LeaseJobRow = LeasedJobRow | RefusedJobRow;
