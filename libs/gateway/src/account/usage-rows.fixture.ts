import type { UsageAttemptRow, UsageBatch, UsageOperationRow } from '#persistence';

const tokens = {
  input_tokens: 10,
  output_tokens: 20,
  cache_read_tokens: 0,
  cache_creation_5m_tokens: 0,
  cache_creation_1h_tokens: 0,
  thinking_tokens: 0,
};

/** The rows of one operation that called upstreams `attempts` times. */
export function usageOf(id: string, attempts = 1): UsageBatch {
  return {
    operations: [operationRow(id)],
    attempts: Array.from({ length: attempts }, (_, index) => attemptRow(id, index + 1)),
  };
}

function operationRow(id: string): UsageOperationRow {
  return {
    ...tokens,
    id,
    key_id: 'key_1',
    dialect: 'messages',
    mode: 'sync',
    endpoint: '/v1/messages',
    model_asked: 'claude-opus-5',
    model_used: 'claude-opus-5',
    model_answered: 'claude-opus-5',
    provider: 'anthropic',
    target: 'anthropic',
    cost_micro_usd: 550,
    outcome: 'ended',
    error_code: null,
    status: 200,
    attempts: 1,
    started_at: '2026-11-21T08:00:00.000Z',
    first_byte_ms: 3,
    duration_ms: 4,
    correlation_id: 'correlation-1',
    job_id: null,
  };
}

function attemptRow(operationId: string, number: number): UsageAttemptRow {
  return {
    ...tokens,
    operation_id: operationId,
    number,
    target: 'anthropic',
    provider: 'anthropic',
    model: 'claude-opus-5',
    outcome: 'ended',
    status: 200,
    error_code: null,
    first_byte_ms: 3,
    duration_ms: 4,
  };
}
