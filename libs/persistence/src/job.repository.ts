import { randomUUID } from 'node:crypto';
import { GatewayError, type Dialect } from '#wire';
import { dataOf } from './database-failure.js';
import type { JobCountRow, JobError, JobRow, JobStatus, LeaseJobRow, RefusedJobRow, UnsentJobRow } from './job-rows.js';
import { storableJson, storableText } from './storable-text.js';
import type { DatabaseClient } from './supabase-client.js';
import type { UsageBatch } from './usage-rows.js';

export interface NewJob {
  /** A UUID made by the caller, so that a repeated `enqueue` stores one job. */
  readonly id: string;
  readonly keyId: string;
  /** Keys of the same owner, this one included, whose jobs may have the idempotency key; absent: this one alone. */
  readonly ownedKeyIds?: readonly string[];
  /** The client's own: one job of an owner has it. */
  readonly idempotencyKey?: string | undefined;
  readonly dialect: Dialect;
  readonly model: string;
  /** The exact text of the client's request. */
  readonly requestBody: string;
  /** Those that go to the upstream: `anthropic-version`, `anthropic-beta` …; never credentials. */
  readonly requestHeaders: Readonly<Record<string, string>>;
  /** Without the question mark; empty for none. */
  readonly requestQuery: string;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  readonly correlationId: string;
  readonly traceparent?: string | undefined;
  readonly maxAttempts: number;
}

export interface AcceptedJob {
  /** Not the id given, where the idempotency key is that of an earlier job. */
  readonly id: string;
  readonly createdAt: Date;
  readonly status: JobStatus;
  readonly isNew: boolean;
}

export interface JobEnd {
  readonly status: Extract<JobStatus, 'succeeded' | 'failed'>;
  /** Of the upstream's answer, where there was one. */
  readonly result?:
    | { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string }
    | undefined;
  readonly error?: JobError | undefined;
  /** Recorded in the same transaction: one result, one charge. */
  readonly usage?: UsageBatch | undefined;
}

const missing: RefusedJobRow = {
  outcome: 'missing',
  status: null,
  lease_expires_at: null,
  attempt: null,
  max_attempts: null,
};

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The jobs, by the functions of the migrations. Every method throws `GatewayError` `unavailable` when the database cannot
 * be asked, and `internal` when it refuses the values.
 */
export class JobRepository {
  constructor(private readonly client: DatabaseClient) {}

  /**
   * Commits the job. The caller then sends its message and calls `markSent`; until its claim runs out, only it does. The same id or
   * idempotency key with the same request changes nothing, and tells of the job that is there. Throws `GatewayError` conflict where
   * either stands for another request.
   */
  async enqueue(job: NewJob): Promise<AcceptedJob> {
    const rows = dataOf(
      await this.client.rpc('admit_job', {
        p_id: job.id,
        p_key_id: job.keyId,
        p_idempotency_key: job.idempotencyKey ?? null,
        p_dialect: job.dialect,
        p_model: storableText(job.model),
        p_request_body: job.requestBody,
        p_request_headers: storableJson({ ...job.requestHeaders }),
        p_request_query: job.requestQuery,
        p_metadata: job.metadata === undefined ? null : storableJson({ ...job.metadata }),
        p_correlation_id: job.correlationId,
        p_traceparent: job.traceparent ?? null,
        p_max_attempts: job.maxAttempts,
        p_owned_key_ids: [...(job.ownedKeyIds ?? [job.keyId])],
      }),
      'The job could not be stored',
    );
    const [row] = rows;
    if (row === undefined) throw new GatewayError('conflict', 'idempotency-key: already used with a different request');
    return { id: row.id, createdAt: new Date(row.created_at), status: row.status, isNew: row.is_new };
  }

  /** After its queue message was sent. False if there is no such job. */
  async markSent(id: string): Promise<boolean> {
    return dataOf(await this.client.rpc('mark_job_sent', { p_id: id }), 'The job could not be marked as sent');
  }

  /**
   * Claims jobs that need a message: never sent, or lost on the way (nothing happened for 15 minutes × messages sent since a run last
   * began or ended). The claim lasts `claimSeconds`; send each, then `markSent`.
   */
  async claimUnsent(options: { limit: number; claimSeconds: number }): Promise<UnsentJobRow[]> {
    return dataOf(
      await this.client.rpc('claim_due_jobs', { p_limit: options.limit, p_claim_seconds: options.claimSeconds }),
      'The unsent jobs could not be read',
    );
  }

  /**
   * Begins a run, or says why not; see `LeaseJobRow`. An `id` that is no UUID is `missing`.
   *
   * @param lease a new UUID for each run; asked for again, it is the same run.
   */
  async lease(id: string, worker: string, leaseSeconds: number, lease: string = randomUUID()): Promise<LeaseJobRow> {
    if (!uuid.test(id)) return missing;
    const rows = dataOf(
      await this.client.rpc('take_job', { p_id: id, p_lease: lease, p_worker: worker, p_lease_seconds: leaseSeconds }),
      'The job could not be leased',
    );
    if (rows[0] === undefined) throw new GatewayError('internal', 'The database did not answer the lease request.');
    return rows[0];
  }

  /** From now, `leaseSeconds` more. False: the run is no longer the caller's, who must stop it and write nothing. */
  async extendLease(id: string, lease: string, leaseSeconds: number): Promise<boolean> {
    return dataOf(
      await this.client.rpc('extend_job_lease', { p_id: id, p_lease: lease, p_lease_seconds: leaseSeconds }),
      'The lease could not be extended',
    );
  }

  /** Stores result and usage, or neither. False: the run is no longer the caller's, and nothing was stored. */
  async finish(id: string, lease: string, end: JobEnd): Promise<boolean> {
    return dataOf(
      await this.client.rpc('finish_job', {
        p_id: id,
        p_lease: lease,
        p_status: end.status,
        p_result_status: end.result?.status ?? null,
        p_result_headers: end.result === undefined ? null : storableJson({ ...end.result.headers }),
        p_result_body: end.result === undefined ? null : storableText(end.result.body),
        p_error: end.error === undefined ? null : storableJson(end.error),
        p_usage: end.usage ?? null,
      }),
      'The result could not be stored',
    );
  }

  /**
   * Gives the job back to the queue. `countAttempt` false where the job is not to blame: at shutdown, or where no upstream could be
   * called.
   */
  async release(id: string, lease: string, countAttempt: boolean): Promise<boolean> {
    return dataOf(
      await this.client.rpc('release_job', { p_id: id, p_lease: lease, p_count_attempt: countAttempt }),
      'The job could not be given back',
    );
  }

  /** Undefined for no such job and for another key's, alike; also for an `id` that is no UUID. */
  async find(id: string, keyId: string): Promise<JobRow | undefined> {
    if (!uuid.test(id)) return undefined;
    const rows = dataOf(
      await this.client.rpc('get_job', { p_id: id, p_key_id: keyId }),
      'The job could not be looked up',
    );
    return rows[0];
  }

  /** One row a status: all that are queued or running, and those finished within the last hour. */
  async counts(): Promise<JobCountRow[]> {
    return dataOf(await this.client.rpc('job_counts'), 'The jobs could not be counted');
  }

  /** Up to `limit` jobs that finished `days` ago or earlier, the oldest first; returns how many there were. */
  async deleteFinished(days: number, limit: number): Promise<number> {
    return dataOf(
      await this.client.rpc('delete_finished_jobs', { p_days: days, p_limit: limit }),
      'The old jobs could not be deleted',
    );
  }
}
