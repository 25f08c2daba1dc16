import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type SupabaseServer, startSupabaseServer } from '../../../infra/local/supabase-server.js';
import { createDatabaseClient } from './supabase-client.js';
import type { UsageAttemptRow, UsageOperationRow } from './usage-rows.js';
import { UsageRepository } from './usage.repository.js';

// The embedded server prints every SQL error with its parameters; the tests look at what the client is told.
beforeAll(() => void jest.spyOn(console, 'error').mockReturnValue(undefined));

let server: SupabaseServer;
let usage: UsageRepository;

beforeAll(async () => {
  server = await startSupabaseServer({ port: 0 });
  usage = new UsageRepository(createDatabaseClient(server));
});

afterAll(() => server.close());

const tokens = {
  input_tokens: 10,
  output_tokens: 20,
  cache_read_tokens: 3_000_000_000,
  cache_creation_5m_tokens: 4,
  cache_creation_1h_tokens: 5,
  thinking_tokens: 6,
};

const untold = {
  input_tokens: null,
  output_tokens: null,
  cache_read_tokens: null,
  cache_creation_5m_tokens: null,
  cache_creation_1h_tokens: null,
  thinking_tokens: null,
};

const nothing = {
  input_tokens: 0,
  output_tokens: 0,
  cache_read_tokens: 0,
  cache_creation_5m_tokens: 0,
  cache_creation_1h_tokens: 0,
  thinking_tokens: 0,
};

function operation(changes: Partial<UsageOperationRow> = {}): UsageOperationRow {
  return {
    ...tokens,
    id: randomUUID(),
    key_id: 'key-a',
    dialect: 'chat',
    mode: 'stream',
    endpoint: '/v1/chat/completions',
    model_asked: 'asked',
    model_used: 'used',
    model_answered: 'answered',
    provider: 'openai',
    target: 'openai-east',
    cost_micro_usd: 5_000_000_000,
    outcome: 'ended',
    error_code: null,
    status: 200,
    attempts: 1,
    started_at: '2030-01-01T23:59:59.999Z',
    first_byte_ms: 4,
    duration_ms: 12,
    correlation_id: 'c',
    job_id: null,
    ...changes,
  };
}

function attempt(operationId: string, number: number): UsageAttemptRow {
  return {
    ...tokens,
    operation_id: operationId,
    number,
    target: 'openai-east',
    provider: 'openai',
    model: 'used',
    outcome: 'failed',
    status: null,
    error_code: 'upstream_unreachable',
    first_byte_ms: null,
    duration_ms: 0,
  };
}

describe('record', () => {
  it('counts a batch once, however often it is written', async () => {
    const [first, second] = [operation(), operation()];
    const attempts = [attempt(first.id, 1), attempt(first.id, 2)];

    expect(await usage.record({ operations: [first], attempts })).toEqual({ operations: 1, attempts: 2 });
    expect(await usage.record({ operations: [first, second], attempts })).toEqual({ operations: 1, attempts: 0 });
  });

  it('says that a refused batch is not to be tried again', async () => {
    const refused = { ...operation(), started_at: 'yesterday or so' };

    await expect(usage.record({ operations: [refused], attempts: [] })).rejects.toMatchObject({
      code: 'internal',
      retryable: false,
    });
  });
});

describe('report', () => {
  const from = new Date('2032-01-01');
  const to = new Date('2032-02-01');

  beforeAll(async () => {
    const operations = [
      operation({ started_at: '2032-01-01T00:00:00Z' }),
      operation({ started_at: '2032-01-01T23:30:00-05:00', outcome: 'aborted', attempts: 2 }),
      operation({
        started_at: '2032-01-02T10:00:00Z',
        key_id: 'key-b',
        model_used: null,
        provider: null,
        outcome: 'failed',
      }),
      operation({ started_at: '2032-02-01T00:00:00Z' }),
    ];
    await usage.record({ operations, attempts: [] });
  });

  it('sums a span of time whose end is not part of it', async () => {
    expect(await usage.report({ from, to, groups: [] })).toEqual([
      {
        day: null,
        model: null,
        provider: null,
        key_id: null,
        operations: 3,
        ended: 1,
        failed: 1,
        aborted: 1,
        attempts: 4,
        input_tokens: 30,
        output_tokens: 60,
        cache_read_tokens: 9_000_000_000,
        cache_creation_5m_tokens: 12,
        cache_creation_1h_tokens: 15,
        thinking_tokens: 18,
        cost_micro_usd: 15_000_000_000,
        unpriced: 0,
        untold: 0,
      },
    ]);
  });

  it('groups by day in UTC, model, provider and key', async () => {
    const rows = await usage.report({ from, to, groups: ['day', 'model', 'provider', 'key'] });

    expect(rows.map((row) => [row.day, row.model, row.provider, row.key_id, row.operations])).toEqual([
      ['2032-01-01', 'used', 'openai', 'key-a', 1],
      ['2032-01-02', 'asked', null, 'key-b', 1],
      ['2032-01-02', 'used', 'openai', 'key-a', 1],
    ]);
  });

  it("can be one key's alone", async () => {
    const rows = await usage.report({ from, to, groups: ['day'], keyIds: ['key-b', 'key-c'] });

    expect(rows.map((row) => [row.day, row.operations])).toEqual([['2032-01-02', 1]]);
    expect(await usage.report({ from, to, groups: [], keyIds: [] })).toEqual([]);
  });

  it('tells an unknown cost from none', async () => {
    const at = { started_at: '2034-01-01T00:00:00Z', model_used: 'half' };
    await usage.record({
      operations: [
        operation({ ...at, cost_micro_usd: null }),
        operation({ ...at, cost_micro_usd: 0 }),
        operation({ ...at, model_used: 'unknown', cost_micro_usd: null }),
      ],
      attempts: [],
    });
    const rows = await usage.report({ from: new Date('2034-01-01'), to: new Date('2034-01-02'), groups: ['model'] });
    expect(rows.map((row) => [row.model, row.cost_micro_usd, row.unpriced])).toEqual([
      ['half', 0, 1],
      ['unknown', null, 1],
    ]);
  });

  it('tells tokens that are not known from none, and sums the others', async () => {
    const at = { started_at: '2035-01-01T00:00:00Z', model_used: 'half' };
    const silent = { ...untold, cost_micro_usd: null };
    await usage.record({
      operations: [
        operation(at),
        operation({ ...at, ...silent }),
        operation({ ...at, ...nothing, cost_micro_usd: 0 }),
        operation({ ...at, ...silent, model_used: 'silent' }),
      ],
      attempts: [{ ...attempt('silent', 1), ...untold }],
    });
    const rows = await usage.report({ from: new Date('2035-01-01'), to: new Date('2035-01-02'), groups: ['model'] });
    expect(rows).toMatchObject([
      { model: 'half', operations: 3, ...tokens, cost_micro_usd: 5_000_000_000, unpriced: 1, untold: 1 },
      { model: 'silent', operations: 1, ...untold, cost_micro_usd: null, unpriced: 1, untold: 1 },
    ]);
  });

  it('is empty without usage', async () => {
    expect(await usage.report({ from: new Date('1990-01-01'), to: new Date('1990-01-02'), groups: [] })).toEqual([]);
  });

  it('has all rows of a long result', async () => {
    const operations = Array.from({ length: 1500 }, (_, index) =>
      operation({ started_at: '2033-01-01T00:00:00Z', model_used: `model-${index}` }),
    );
    await usage.record({ operations, attempts: [] });

    const rows = await usage.report({ from: new Date('2033-01-01'), to: new Date('2033-01-02'), groups: ['model'] });
    expect(rows.length).toBe(1500);
  });
});
