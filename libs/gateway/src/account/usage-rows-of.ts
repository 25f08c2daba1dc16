import type { UsageAttemptRow, UsageBatch, UsageOperationRow } from '#persistence';
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
  const operation: UsageOperationRow = {
    id,
    key_id: record.keyId,
    dialect: record.dialect,
    mode: record.mode,
    endpoint: job === undefined ? endpointOf(record) : '/api/enqueue',
    model_asked: shortened(record.modelAsked ?? job?.model) ?? '',
    model_used: shortened(record.modelUsed),
    model_answered: shortened(record.modelAnswered),
    provider: record.provider ?? null,
    target: record.target ?? null,
    ...tokenCounts(record.usage),
    cost_micro_usd: record.costMicroUsd,
    outcome: record.outcome,
    error_code: record.errorCode ?? null,
    status: record.status,
    attempts: record.attempts.length,
    started_at: record.startedAt.toISOString(),
    first_byte_ms: record.firstByteMs ?? null,
    duration_ms: record.durationMs,
    correlation_id: record.correlationId,
    job_id: job?.id ?? null,
  };
  return { operations: [operation], attempts: record.attempts.map((attempt) => attemptRow(attempt, id)) };
}

function attemptRow(attempt: AttemptRecord, operationId: string): UsageAttemptRow {
  return {
    operation_id: operationId,
    number: attempt.number,
    target: attempt.target,
    provider: attempt.provider,
    model: shortened(attempt.model) ?? '',
    outcome: attempt.outcome,
    status: attempt.status ?? null,
    error_code: attempt.errorCode ?? null,
    first_byte_ms: attempt.firstByteMs ?? null,
    duration_ms: attempt.durationMs,
    ...tokenCounts(attempt.usage),
  };
}

function endpointOf({ dialect, operation }: OperationRecord): string {
  return operation === 'count_tokens' ? `${endpoints[dialect]}/count_tokens` : endpoints[dialect];
}

function shortened(name: string | undefined): string | null {
  return name?.slice(0, maxNameLength) ?? null;
}
