import type { AttemptRecord, OperationRecord } from '#gateway';
import type { LeasedJobRow, UsageAttemptRow, UsageBatch, UsageOperationRow } from '#persistence';
import { type ErrorCode, errorTable, type Usage } from '#wire';

type TokenColumns = Pick<
  UsageAttemptRow,
  | 'input_tokens'
  | 'output_tokens'
  | 'cache_read_tokens'
  | 'cache_creation_5m_tokens'
  | 'cache_creation_1h_tokens'
  | 'thinking_tokens'
>;

/**
 * The ledger rows of one run of a job.
 *
 * @param id the job's own for the run that finished it, else one of the run alone: a job is charged once, and what its other
 * runs cost is on record beside it.
 */
export function usageOfRun(record: OperationRecord, job: LeasedJobRow, jobId: string, id: string): UsageBatch {
  const operation: UsageOperationRow = {
    id,
    key_id: record.keyId,
    dialect: record.dialect,
    mode: record.mode,
    endpoint: '/api/enqueue',
    model_asked: record.modelAsked ?? job.model,
    model_used: record.modelUsed ?? null,
    model_answered: record.modelAnswered ?? null,
    provider: record.provider ?? null,
    target: record.target ?? null,
    ...tokensOf(record.usage),
    cost_micro_usd: 0,
    outcome: record.outcome,
    error_code: record.errorCode ?? null,
    status: statusOf(record.errorCode) ?? 200,
    attempts: record.attempts.length,
    started_at: record.startedAt.toISOString(),
    first_byte_ms: record.firstByteMs ?? null,
    duration_ms: record.durationMs,
    correlation_id: job.correlation_id,
    job_id: jobId,
  };
  return { operations: [operation], attempts: record.attempts.map((attempt) => attemptRow(attempt, record, id)) };
}

/** Only an attempt that answered has used tokens, and it is the last one. */
function attemptRow(attempt: AttemptRecord, record: OperationRecord, operationId: string): UsageAttemptRow {
  const answered = attempt.outcome === 'ended';
  return {
    operation_id: operationId,
    number: attempt.number,
    target: attempt.target,
    provider: attempt.provider,
    model: attempt.model,
    outcome: attempt.outcome,
    status: answered ? 200 : null,
    error_code: attempt.errorCode ?? null,
    first_byte_ms: answered ? Math.min(record.firstByteMs ?? attempt.durationMs, attempt.durationMs) : null,
    duration_ms: attempt.durationMs,
    ...tokensOf(answered ? record.usage : undefined),
  };
}

function tokensOf(usage: Usage | undefined): TokenColumns {
  const oneHour = usage?.cache_creation?.ephemeral_1h_input_tokens ?? 0;
  const written = usage?.cache_creation_input_tokens ?? 0;
  return {
    input_tokens: usage?.input_tokens ?? 0,
    output_tokens: usage?.output_tokens ?? 0,
    cache_read_tokens: usage?.cache_read_input_tokens ?? 0,
    cache_creation_5m_tokens: usage?.cache_creation?.ephemeral_5m_input_tokens ?? written - oneHour,
    cache_creation_1h_tokens: oneHour,
    thinking_tokens: usage?.output_tokens_details?.thinking_tokens ?? 0,
  };
}

function statusOf(errorCode: string | undefined): number | undefined {
  if (errorCode === undefined || !Object.hasOwn(errorTable, errorCode)) return undefined;
  return errorTable[errorCode as ErrorCode].status;
}
