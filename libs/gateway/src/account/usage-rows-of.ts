import {
  storableText,
  type ToldTokenColumns,
  type UsageAttemptRow,
  type UsageBatch,
  type UsageOperationRow,
} from '#persistence';
import type { Dialect } from '#wire';
import type { AttemptRecord, OperationRecord } from '../operation-record.js';
import { tokenCounts } from './token-counts.js';

const endpoints: Readonly<Record<Dialect, string>> = {
  messages: '/v1/messages',
  chat: '/v1/chat/completions',
  responses: '/v1/responses',
  completions: '/v1/completions',
  complete: '/v1/complete',
};

const untold: ToldTokenColumns = {
  input_tokens: null,
  output_tokens: null,
  cache_read_tokens: null,
  cache_creation_5m_tokens: null,
  cache_creation_1h_tokens: null,
  thinking_tokens: null,
};

/** Names of models are the client's words, and as long as it likes. */
const maxNameLength = 256;

/** What a row says differently where the operation was a run of a job. */
export interface JobOfRow {
  readonly id: string;
  /** What the job was enqueued for; the run may have ended before it read that. */
  readonly model: string;
}

/**
 * The ledger rows of one operation.
 *
 * @param id of the rows, where it is not the operation's own: a job is charged once, and what its other runs cost is on record
 * beside it.
 */
export function usageRowsOf(record: OperationRecord, job?: JobOfRow, id = record.id): UsageBatch {
  // An answer has begun, so that tokens are charged for it, and none were told: 0 would say that it had none. It is the last call's.
  const silent = record.operation === 'generate' && record.usage === undefined && record.costMicroUsd === null;
  const operation: UsageOperationRow = {
    ...(silent ? untold : tokenCounts(record.usage)),
    id,
    key_id: record.keyId,
    dialect: record.dialect,
    mode: record.mode,
    endpoint: job === undefined ? endpointOf(record) : '/api/enqueue',
    model_asked: nameOf(record.modelAsked ?? job?.model) ?? '',
    model_used: nameOf(record.modelUsed),
    model_answered: nameOf(record.modelAnswered),
    provider: record.provider ?? null,
    target: record.target ?? null,
    cost_micro_usd: record.costMicroUsd,
    outcome: record.outcome,
    error_code: record.errorCode ?? null,
    status: record.status,
    attempts: record.attempts.length,
    started_at: record.startedAt.toISOString(),
    first_byte_ms: whole(record.firstByteMs),
    duration_ms: Math.round(record.durationMs),
    correlation_id: record.correlationId,
    job_id: job?.id ?? null,
  };
  const last = record.attempts.length - 1;
  return {
    operations: [operation],
    attempts: record.attempts.map((attempt, index) => attemptRow(attempt, silent && index === last, id)),
  };
}

function attemptRow(attempt: AttemptRecord, silent: boolean, operationId: string): UsageAttemptRow {
  return {
    ...(silent ? untold : tokenCounts(attempt.usage)),
    operation_id: operationId,
    number: attempt.number,
    target: attempt.target,
    provider: attempt.provider,
    model: nameOf(attempt.model) ?? '',
    outcome: attempt.outcome,
    status: attempt.status ?? null,
    error_code: attempt.errorCode ?? null,
    first_byte_ms: whole(attempt.firstByteMs),
    duration_ms: Math.round(attempt.durationMs),
  };
}

function endpointOf({ dialect, operation }: OperationRecord): string {
  return operation === 'count_tokens' ? `${endpoints[dialect]}/count_tokens` : endpoints[dialect];
}

/** A cut may halve a surrogate pair. */
function nameOf(model: string | undefined): string | null {
  return model === undefined ? null : storableText(model.slice(0, maxNameLength));
}

/** Clocks give fractions of milliseconds; the columns are whole, and one fraction would refuse the batch. */
function whole(milliseconds: number | undefined): number | null {
  return milliseconds === undefined ? null : Math.round(milliseconds);
}
