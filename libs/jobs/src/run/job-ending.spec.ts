import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { pino } from 'pino';
import type { OperationRecord } from '#gateway';
import { EmbeddedMetrics, MetricRegistry } from '#observability';
import { createDatabaseClient, JobRepository, type LeasedJobRow, UsageRepository } from '#persistence';
import { GatewayError } from '#wire';
import { type SupabaseServer, startSupabaseServer } from '../../../../infra/local/supabase-server.js';
import { durable } from '../durable-config.fixture.js';
import { JobEnding } from './job-ending.js';
import { JobRun } from './job-run.js';
import { JobRunMetrics } from './job-run-metrics.js';

let server: SupabaseServer;
let client: ReturnType<typeof createDatabaseClient>;
let jobs: JobRepository;
let usage: UsageRepository;
let ending: JobEnding;
let runMetrics: JobRunMetrics;

beforeEach(() => void jest.spyOn(console, 'error').mockReturnValue(undefined));
beforeAll(async () => {
  server = await startSupabaseServer({ port: 0 });
  client = createDatabaseClient({ url: server.url, serviceRoleKey: server.serviceRoleKey });
  jobs = new JobRepository(client);
  usage = new UsageRepository(client);
  const logger = pino({ level: 'silent' });
  runMetrics = new JobRunMetrics(new MetricRegistry(), new EmbeddedMetrics(logger, { metrics: { embedded: false } }));
  ending = new JobEnding(jobs, usage, durable, logger, runMetrics);
});
afterEach(() => void jest.restoreAllMocks());
afterAll(() => server.close());

/** A job of a key of its own, so that its ledger can be looked at alone. */
async function leased(): Promise<{ id: string; keyId: string; row: LeasedJobRow; run: JobRun }> {
  const id = randomUUID();
  const keyId = `key_${id}`;
  await jobs.enqueue({
    id,
    keyId,
    dialect: 'messages',
    model: 'claude-test',
    requestBody: '{}',
    requestHeaders: {},
    requestQuery: '',
    correlationId: 'correlation-1',
    traceparent: '00-trace-parent-01',
    maxAttempts: durable.maxAttempts,
  });
  const run = new JobRun();
  run.record = recordOf(id, keyId);
  return { id, keyId, row: await leaseAgain(id), run };
}

async function leaseAgain(id: string, seconds = 60): Promise<LeasedJobRow> {
  const row = await jobs.lease(id, 'worker', seconds);
  if (row.outcome !== 'leased') throw new Error(`not leased but ${row.outcome}`);
  return row;
}

function recordOf(id: string, keyId: string): OperationRecord {
  return {
    id,
    keyId,
    correlationId: 'correlation-1',
    dialect: 'messages',
    operation: 'generate',
    mode: 'durable',
    modelAsked: 'claude-test',
    modelUsed: 'claude-test',
    modelAnswered: undefined,
    provider: 'anthropic',
    target: 'anthropic',
    startedAt: new Date(),
    firstByteMs: undefined,
    upstreamWaitMs: 1,
    durationMs: 1.5,
    outcome: 'failed',
    errorCode: 'overloaded',
    status: 529,
    usage: undefined,
    costMicroUsd: 0,
    attempts: [
      {
        number: 1,
        target: 'anthropic',
        provider: 'anthropic',
        model: 'claude-test',
        status: 529,
        firstByteMs: 1.25,
        durationMs: 1.5,
        outcome: 'failed',
        errorCode: 'overloaded',
        usage: undefined,
      },
    ],
  };
}

/** On record: every run that called an upstream. */
async function runsOf(keyId: string): Promise<number | null> {
  const { count } = await client
    .from('usage_operations')
    .select('id', { count: 'exact', head: true })
    .eq('key_id', keyId);
  return count;
}

/** In the report that callers read. */
async function chargesOf(keyId: string): Promise<number> {
  const [sums] = await usage.report({
    from: new Date(0),
    to: new Date(Date.now() + 60_000),
    groups: [],
    keyIds: [keyId],
  });
  return sums?.operations ?? 0;
}

const answer = { answer: { status: 200, headers: { 'content-type': 'application/json' }, body: '{"ok":1.0}' } };
const away = new GatewayError('unavailable', 'The answer was lost');
const overloaded = { error: new GatewayError('overloaded', 'Overloaded') };

describe('JobEnding', () => {
  it('stores an answer with its charge, and is done', async () => {
    const { id, keyId, row, run } = await leased();
    expect(await ending.settle({ id, row, run }, answer)).toEqual({ done: true });
    expect(await jobs.find(id, keyId)).toMatchObject({
      status: 'succeeded',
      result_body: '{"ok":1.0}',
      result_status: 200,
    });
    expect([await runsOf(keyId), await chargesOf(keyId)]).toEqual([1, 1]);
  });

  it('puts a job back that may succeed later, and fails it with the reason after its last attempt', async () => {
    const { id, keyId, row, run } = await leased();
    const disposition = await ending.settle({ id, row, run }, overloaded);
    expect(disposition).toMatchObject({
      done: false,
      resting: { id, correlationId: 'correlation-1', traceparent: '00-trace-parent-01' },
    });
    expect(await jobs.find(id, keyId)).toMatchObject({ status: 'queued', attempt: 1 });

    expect(await ending.settle({ id, row: await leaseAgain(id), run }, overloaded)).toEqual({ done: true });
    expect(await jobs.find(id, keyId)).toMatchObject({
      status: 'failed',
      attempt: 2,
      error: { code: 'overloaded', message: 'Overloaded' },
    });
    expect([await runsOf(keyId), await chargesOf(keyId)]).toEqual([2, 1]);
  });

  it('does not count a run for which no upstream was called, however many attempts there were', async () => {
    const { id, keyId, row, run } = await leased();
    await ending.settle({ id, row, run }, overloaded);
    const last = await leaseAgain(id);
    run.record = { ...recordOf(id, keyId), attempts: [] };
    const disposition = await ending.settle({ id, row: last, run }, overloaded);
    expect(disposition).toMatchObject({ done: false, resting: { id } });
    expect('againInSeconds' in disposition && disposition.againInSeconds).toBeGreaterThanOrEqual(16);
    expect(await jobs.find(id, keyId)).toMatchObject({ status: 'queued', attempt: 1 });
  });

  it('does not try again what no second try can help', async () => {
    const { id, keyId, row, run } = await leased();
    const error = new GatewayError('invalid_request', 'max_tokens: Field required');
    expect(await ending.settle({ id, row, run }, { error })).toEqual({ done: true });
    expect(await jobs.find(id, keyId)).toMatchObject({ status: 'failed', attempt: 1, result_body: null });
  });

  it('keeps its hands off a job that is another worker’s by now, and records what its own run cost', async () => {
    const { id, keyId, row, run } = await leased();
    await jobs.release(id, row.lease, true);
    const second = await leaseAgain(id);
    expect(await ending.settle({ id, row, run }, answer)).toEqual({ done: false, againInSeconds: 61 });
    expect(await jobs.find(id, keyId)).toMatchObject({ status: 'running', result_body: null });
    expect([await runsOf(keyId), await chargesOf(keyId)]).toEqual([1, 0]);

    expect(await ending.settle({ id, row: second, run }, answer)).toEqual({ done: true });
    expect([await runsOf(keyId), await chargesOf(keyId)]).toEqual([2, 1]);
  });

  it.each([
    ['an answer', answer, 'succeeded'],
    ['a failure', { error: new GatewayError('invalid_request', 'max_tokens: Field required') }, 'failed'],
  ] as const)('knows %s as stored that was, where the word of it got lost', async (_what, outcome, status) => {
    const { id, keyId, row, run } = await leased();
    const counted = jest.spyOn(runMetrics, 'ended');
    const finish = jobs.finish.bind(jobs);
    jest.spyOn(jobs, 'finish').mockImplementationOnce(async (...end) => {
      await finish(...end);
      throw away;
    });
    expect(await ending.settle({ id, row, run }, outcome)).toEqual({ done: true });
    expect(counted.mock.calls).toEqual([[status]]);
    expect(await jobs.find(id, keyId)).toMatchObject({ status, attempt: 1 });
    expect([await runsOf(keyId), await chargesOf(keyId)]).toEqual([1, 1]);
  });

  it.each([
    ['another has taken up', 1, 'running'],
    ['another has ended', 1, 'succeeded'],
    ['another has ended for want of attempts', 2, 'failed'],
  ] as const)('takes no job for its own that %s while its own end got lost', async (_what, attempts, status) => {
    const { id, keyId, row, run } = await leased();
    if (attempts === 2) await jobs.release(id, row.lease, true);
    const last = attempts === 1 ? row : await leaseAgain(id, 0);
    const counted = jest.spyOn(runMetrics, 'ended');
    const finish = jobs.finish.bind(jobs);
    jest.spyOn(jobs, 'finish').mockImplementationOnce(async () => {
      if (attempts === 1) await jobs.release(id, last.lease, true);
      const others = await jobs.lease(id, 'another', 60);
      if (status === 'succeeded' && others.outcome === 'leased') await finish(id, others.lease, { status });
      throw away;
    });
    expect(await ending.settle({ id, row: last, run }, answer)).toEqual({ done: false, againInSeconds: 61 });
    expect(counted.mock.calls).toEqual([['lost']]);
    expect(await jobs.find(id, keyId)).toMatchObject({ status, attempt: 2, result_body: null });
    // Paid for all the same.
    expect(await runsOf(keyId)).toBe(1);
  });

  it('fails a job whose answer the database refuses, and counts it as failed', async () => {
    const { id, keyId, row, run } = await leased();
    const counted = jest.spyOn(runMetrics, 'ended');
    jest.spyOn(jobs, 'finish').mockRejectedValueOnce(new GatewayError('internal', 'The result could not be stored'));
    expect(await ending.settle({ id, row, run }, answer)).toEqual({ done: true });
    expect(counted.mock.calls).toEqual([['failed']]);
    expect(await jobs.find(id, keyId)).toMatchObject({ status: 'failed', error: { code: 'internal' } });
  });

  it('leaves a job to another run where the database refuses even its failure', async () => {
    const { id, row, run } = await leased();
    const counted = jest.spyOn(runMetrics, 'ended');
    const refused = new GatewayError('internal', 'The result could not be stored');
    const finish = jest.spyOn(jobs, 'finish').mockRejectedValue(refused);
    expect(await ending.settle({ id, row, run }, answer)).toEqual({ done: false, againInSeconds: 61 });
    expect(finish).toHaveBeenCalledTimes(2);
    expect(counted.mock.calls).toEqual([['unsettled']]);
  });

  it('gives a job back at shutdown at once, without counting the attempt', async () => {
    const { id, keyId, row, run } = await leased();
    run.interrupt('shutdown');
    expect(await ending.settle({ id, row, run }, { error: new GatewayError('unavailable', 'stopping') })).toEqual({
      done: false,
      againInSeconds: 0,
    });
    expect(await jobs.find(id, keyId)).toMatchObject({ status: 'queued', attempt: 0 });
  });

  it('records what a run has cost that could not be given back', async () => {
    const { id, keyId, row, run } = await leased();
    run.interrupt('shutdown');
    jest.spyOn(jobs, 'release').mockRejectedValueOnce(away);
    expect(await ending.settle({ id, row, run }, overloaded)).toEqual({ done: false, againInSeconds: 61 });
    expect([await runsOf(keyId), await chargesOf(keyId)]).toEqual([1, 0]);
  });

  it('writes nothing when it lost its lease while it ran', async () => {
    const { id, keyId, row, run } = await leased();
    run.interrupt('lease_lost');
    expect(await ending.settle({ id, row, run }, overloaded)).toMatchObject({ done: false });
    expect(await jobs.find(id, keyId)).toMatchObject({ status: 'running', attempt: 1 });
  });
});
