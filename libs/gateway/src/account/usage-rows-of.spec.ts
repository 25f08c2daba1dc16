import { describe, expect, it } from '@jest/globals';
import type { OperationRecord } from '../operation-record.js';
import { usageRowsOf } from './usage-rows-of.js';

const usage = {
  input_tokens: 10,
  output_tokens: 20,
  cache_read_input_tokens: 30,
  cache_creation_input_tokens: 50,
  cache_creation: { ephemeral_5m_input_tokens: 40, ephemeral_1h_input_tokens: 10 },
  output_tokens_details: { thinking_tokens: 5 },
  inference_geo: null,
  server_tool_use: null,
  service_tier: null,
  speed: null,
};

const tokens = {
  input_tokens: 10,
  output_tokens: 20,
  cache_read_tokens: 30,
  cache_creation_5m_tokens: 40,
  cache_creation_1h_tokens: 10,
  thinking_tokens: 5,
};

const call = { target: 'main', provider: 'anthropic', model: 'used' };

const failedOnce: OperationRecord = {
  id: 'req_1',
  keyId: 'key_1',
  correlationId: 'correlation-1',
  dialect: 'messages',
  operation: 'generate',
  mode: 'stream',
  modelAsked: 'asked',
  modelUsed: 'used',
  modelAnswered: 'answered',
  provider: 'anthropic',
  target: 'main',
  startedAt: new Date('2026-11-21T08:00:00Z'),
  firstByteMs: 700,
  upstreamWaitMs: 590,
  durationMs: 900,
  outcome: 'ended',
  errorCode: undefined,
  status: 200,
  usage,
  costMicroUsd: 1234,
  attempts: [
    {
      ...call,
      number: 1,
      status: 529,
      firstByteMs: 190,
      durationMs: 200,
      outcome: 'failed',
      errorCode: 'overloaded',
      usage: undefined,
    },
    {
      ...call,
      number: 2,
      status: 200,
      firstByteMs: 400,
      durationMs: 600,
      outcome: 'ended',
      errorCode: undefined,
      usage,
    },
  ],
};

describe('usageRowsOf', () => {
  it('makes one row of the operation and one of each attempt', () => {
    const { operations, attempts } = usageRowsOf(failedOnce);
    expect(operations).toEqual([
      {
        id: 'req_1',
        key_id: 'key_1',
        dialect: 'messages',
        mode: 'stream',
        endpoint: '/v1/messages',
        model_asked: 'asked',
        model_used: 'used',
        model_answered: 'answered',
        provider: 'anthropic',
        target: 'main',
        ...tokens,
        cost_micro_usd: 1234,
        outcome: 'ended',
        error_code: null,
        status: 200,
        attempts: 2,
        started_at: '2026-11-21T08:00:00.000Z',
        first_byte_ms: 700,
        duration_ms: 900,
        correlation_id: 'correlation-1',
        job_id: null,
      },
    ]);
    expect(attempts).toEqual([
      expect.objectContaining({
        operation_id: 'req_1',
        number: 1,
        status: 529,
        first_byte_ms: 190,
        outcome: 'failed',
        error_code: 'overloaded',
        input_tokens: 0,
      }),
      expect.objectContaining({ operation_id: 'req_1', number: 2, status: 200, outcome: 'ended', ...tokens }),
    ]);
  });

  it('has no tokens of an answer that told none, and 0 of calls that came to no answer', () => {
    const attempts = failedOnce.attempts.map((attempt) => ({ ...attempt, usage: undefined }));
    const untold = Object.fromEntries(Object.keys(tokens).map((column) => [column, null]));
    const silent = usageRowsOf({ ...failedOnce, usage: undefined, costMicroUsd: null, attempts });
    expect(silent.operations[0]).toMatchObject({ ...untold, cost_micro_usd: null });
    expect(silent.attempts).toMatchObject([{ status: 529, input_tokens: 0, thinking_tokens: 0 }, untold]);

    const refused = usageRowsOf({ ...failedOnce, usage: undefined, costMicroUsd: 0, attempts: attempts.slice(0, 1) });
    expect(refused.operations[0]).toMatchObject({ input_tokens: 0, thinking_tokens: 0 });
  });

  it('puts a run of a job under an id of its own beside the job', () => {
    const record: OperationRecord = { ...failedOnce, modelAsked: undefined };
    const { operations, attempts } = usageRowsOf(record, { id: 'job-1', model: 'enqueued' }, 'job-1.lease');
    expect(operations[0]).toMatchObject({
      id: 'job-1.lease',
      job_id: 'job-1',
      endpoint: '/api/enqueue',
      model_asked: 'enqueued',
    });
    expect(attempts.map(({ operation_id: id }) => id)).toEqual(['job-1.lease', 'job-1.lease']);
  });

  it('has a row for a request that never came to a model', () => {
    const nothing = { modelAsked: undefined, modelUsed: undefined, modelAnswered: undefined, usage: undefined };
    const record: OperationRecord = {
      ...failedOnce,
      ...nothing,
      operation: 'count_tokens',
      costMicroUsd: null,
      attempts: [],
    };
    expect(usageRowsOf(record).operations[0]).toMatchObject({
      endpoint: '/v1/messages/count_tokens',
      model_asked: '',
      model_used: null,
      output_tokens: 0,
      cost_micro_usd: null,
    });
  });

  it('keeps a name of any length within bounds', () => {
    const { operations } = usageRowsOf({ ...failedOnce, modelAsked: 'x'.repeat(30_000_000) });
    expect(operations[0]?.model_asked).toHaveLength(256);
  });

  it('has what PostgreSQL can hold: whole milliseconds, and names without NUL or half a character', () => {
    const cut = `${'x'.repeat(255)}😀`;
    const record: OperationRecord = {
      ...failedOnce,
      modelAsked: cut,
      modelUsed: 'a\0b',
      modelAnswered: '\ud800',
      firstByteMs: 3.7,
      durationMs: 12.2,
      attempts: failedOnce.attempts.map((attempt) => ({ ...attempt, model: 'a\0', firstByteMs: 0.4, durationMs: 1.5 })),
    };
    const { operations, attempts } = usageRowsOf(record);
    expect(operations[0]).toMatchObject({
      model_asked: `${'x'.repeat(255)}\u{FFFD}`,
      model_used: 'a\u{FFFD}b',
      model_answered: '\u{FFFD}',
      first_byte_ms: 4,
      duration_ms: 12,
    });
    expect(attempts[0]).toMatchObject({ model: 'a\u{FFFD}', first_byte_ms: 0, duration_ms: 2 });
  });
});
