import { describe, expect, it } from '@jest/globals';
import type { OperationRecord } from '#gateway';
import type { LeasedJobRow } from '#persistence';
import { usageOfRun } from './usage-of-run.js';

const job = { model: 'asked', correlation_id: 'correlation-1' } as LeasedJobRow;

const failedOnce: OperationRecord = {
  id: 'job-1',
  keyId: 'key_1',
  dialect: 'messages',
  operation: 'generate',
  mode: 'durable',
  modelAsked: 'asked',
  modelUsed: 'used',
  modelAnswered: 'answered',
  provider: 'anthropic',
  target: 'main',
  startedAt: new Date('2026-11-21T08:00:00Z'),
  firstByteMs: 700,
  durationMs: 900,
  outcome: 'ended',
  errorCode: undefined,
  usage: {
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
  },
  attempts: [
    {
      number: 1,
      target: 'main',
      provider: 'anthropic',
      model: 'used',
      durationMs: 200,
      outcome: 'failed',
      errorCode: 'overloaded',
    },
    {
      number: 2,
      target: 'main',
      provider: 'anthropic',
      model: 'used',
      durationMs: 600,
      outcome: 'ended',
      errorCode: undefined,
    },
  ],
};

describe('usageOfRun', () => {
  it('makes one row of the operation and one of each attempt', () => {
    const { operations, attempts } = usageOfRun(failedOnce, job, 'job-1', 'job-1');
    const tokens = {
      input_tokens: 10,
      output_tokens: 20,
      cache_read_tokens: 30,
      cache_creation_5m_tokens: 40,
      cache_creation_1h_tokens: 10,
      thinking_tokens: 5,
    };
    expect(operations).toEqual([
      expect.objectContaining({
        id: 'job-1',
        job_id: 'job-1',
        mode: 'durable',
        status: 200,
        attempts: 2,
        correlation_id: 'correlation-1',
        ...tokens,
      }),
    ]);
    expect(attempts).toEqual([
      expect.objectContaining({
        operation_id: 'job-1',
        number: 1,
        outcome: 'failed',
        error_code: 'overloaded',
        input_tokens: 0,
      }),
      expect.objectContaining({ operation_id: 'job-1', number: 2, outcome: 'ended', status: 200, ...tokens }),
    ]);
  });

  it('counts cache writes of unknown lifetime as the short ones', () => {
    const usage = { ...failedOnce.usage!, cache_creation: null };
    const { operations } = usageOfRun({ ...failedOnce, usage }, job, 'job-1', 'job-1');
    expect(operations[0]).toMatchObject({ cache_creation_5m_tokens: 50, cache_creation_1h_tokens: 0 });
  });

  it('tells the status of a failure, and has no tokens where there was no answer', () => {
    const failed: OperationRecord = { ...failedOnce, outcome: 'failed', errorCode: 'overloaded', usage: undefined };
    const { operations } = usageOfRun(failed, job, 'job-1', 'job-1.lease');
    expect(operations[0]).toMatchObject({
      id: 'job-1.lease',
      job_id: 'job-1',
      status: 529,
      error_code: 'overloaded',
      output_tokens: 0,
    });
  });
});
