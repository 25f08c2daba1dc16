import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { type SupabaseServer, startSupabaseServer } from '../../../infra/local/supabase-server.js';
import type { LeasedJobRow } from './job-rows.js';
import { JobRepository, type NewJob } from './job.repository.js';
import { createDatabaseClient } from './supabase-client.js';
import type { UsageOperationRow } from './usage-rows.js';
import { UsageRepository } from './usage.repository.js';

// The embedded server prints every SQL error with its parameters; the tests look at what the client is told.
beforeAll(() => void jest.spyOn(console, 'error').mockReturnValue(undefined));

let server: SupabaseServer;
let jobs: JobRepository;
let usage: UsageRepository;
/** The tables behind the functions. */
let tables: SupabaseClient;

beforeAll(async () => {
  server = await startSupabaseServer({ port: 0 });
  const client = createDatabaseClient(server);
  jobs = new JobRepository(client);
  usage = new UsageRepository(client);
  tables = createClient(server.url, server.serviceRoleKey);
});

afterAll(() => server.close());

function newJob(changes: Partial<NewJob> = {}): NewJob {
  return {
    id: randomUUID(),
    keyId: 'key-a',
    dialect: 'messages',
    model: 'claude-test',
    requestBody: '{"z":1, "a":1.0}',
    requestHeaders: { 'anthropic-version': '2023-06-01' },
    requestQuery: 'beta=true',
    metadata: { order: 7 },
    correlationId: 'correlation-1',
    maxAttempts: 2,
    ...changes,
  };
}

async function enqueued(changes: Partial<NewJob> = {}): Promise<NewJob> {
  const job = newJob(changes);
  await jobs.enqueue(job);
  return job;
}

async function leased(id: string, seconds = 30): Promise<LeasedJobRow> {
  const row = await jobs.lease(id, 'worker-1', seconds);
  if (row.outcome !== 'leased') throw new Error(`not leased but ${row.outcome}`);
  return row;
}

function operationOf(job: NewJob): UsageOperationRow {
  return {
    id: job.id,
    key_id: job.keyId,
    dialect: 'messages',
    mode: 'durable',
    endpoint: '/v1/messages',
    model_asked: job.model,
    model_used: job.model,
    model_answered: job.model,
    provider: 'anthropic',
    target: 'anthropic',
    input_tokens: 3,
    output_tokens: 5,
    cache_read_tokens: 0,
    cache_creation_5m_tokens: 0,
    cache_creation_1h_tokens: 0,
    thinking_tokens: 0,
    cost_micro_usd: 90,
    outcome: 'ended',
    error_code: null,
    status: 200,
    attempts: 1,
    started_at: new Date().toISOString(),
    first_byte_ms: 12,
    duration_ms: 41,
    correlation_id: job.correlationId,
    job_id: job.id,
  };
}

describe('enqueue', () => {
  it('keeps the text of the request as it came, escapes of NUL included', async () => {
    const requestBody = '{"b":"\\u0000 \\ud83d\\ude00 é","a":1.0, "a":2}';
    const job = await enqueued({ requestBody });

    expect(await leased(job.id)).toMatchObject({
      outcome: 'leased',
      attempt: 1,
      max_attempts: 2,
      key_id: 'key-a',
      dialect: 'messages',
      model: 'claude-test',
      request_body: requestBody,
      request_headers: { 'anthropic-version': '2023-06-01' },
      request_query: 'beta=true',
      metadata: { order: 7 },
      correlation_id: 'correlation-1',
      traceparent: null,
    });
  });

  it('stores a body of 32 MB', async () => {
    const requestBody = JSON.stringify({ text: 'x'.repeat(32 * 1024 * 1024 - 20) });
    const job = await enqueued({ requestBody });

    const row = await leased(job.id);
    expect(row.request_body.length).toBe(requestBody.length);
    expect(row.request_body === requestBody).toBe(true);
  });

  it('stores one job when it is repeated', async () => {
    const job = newJob();
    const first = await jobs.enqueue(job);
    const second = await jobs.enqueue({ ...job, model: 'another' });

    expect(first).toMatchObject({ id: job.id, status: 'queued', isNew: true });
    expect(second).toEqual({ ...first, isNew: false });
    expect(await jobs.find(job.id, 'key-a')).toMatchObject({ model: 'claude-test' });
  });

  it('says how far a repeated job is', async () => {
    const job = await enqueued();
    await leased(job.id);

    expect(await jobs.enqueue(job)).toMatchObject({ status: 'running', isNew: false });
  });

  it('takes one idempotency key of one owner for one job', async () => {
    const idempotencyKey = randomUUID();
    const first = newJob({ idempotencyKey });
    await Promise.all([jobs.enqueue(first), jobs.enqueue(newJob({ idempotencyKey }))]);
    const third = await jobs.enqueue(newJob({ idempotencyKey }));
    const ofAnother = newJob({ idempotencyKey, keyId: 'key-b' });

    expect(third.isNew).toBe(false);
    expect(await jobs.enqueue(newJob({ idempotencyKey }))).toEqual(third);
    expect(await jobs.enqueue(ofAnother)).toMatchObject({ id: ofAnother.id, isNew: true });
    await expect(jobs.enqueue(newJob({ idempotencyKey, requestBody: '{}' }))).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('finds the job of an idempotency key under another key of the same owner', async () => {
    const idempotencyKey = randomUUID();
    const ownedKeyIds = ['key-new', 'key-old'];
    const first = await enqueued({ idempotencyKey, keyId: 'key-old' });
    const rotated = { idempotencyKey, keyId: 'key-new', ownedKeyIds };

    expect(await jobs.enqueue(newJob(rotated))).toMatchObject({ id: first.id, isNew: false });
    await expect(jobs.enqueue(newJob({ ...rotated, requestBody: '{}' }))).rejects.toMatchObject({ code: 'conflict' });
    const another = newJob({ ...rotated, idempotencyKey: randomUUID() });
    expect(await jobs.enqueue(another)).toMatchObject({ id: another.id, isNew: true });
    const ofNone = newJob({ keyId: 'key-new', ownedKeyIds });
    expect(await jobs.enqueue(ofNone)).toMatchObject({ id: ofNone.id, isNew: true });
  });

  it.each([
    { requestBody: '{"z":1,"a":1.0}' },
    { requestQuery: '' },
    { metadata: { order: 8 } },
    { metadata: undefined },
    { dialect: 'chat' },
  ] as const)('refuses an id that another request has used: %j', async (change) => {
    const job = await enqueued();

    await expect(jobs.enqueue({ ...job, ...change })).rejects.toMatchObject({ code: 'conflict' });
  });

  it('refuses an id that another key has used', async () => {
    const job = await enqueued();

    await expect(jobs.enqueue({ ...job, keyId: 'key-b' })).rejects.toMatchObject({ code: 'conflict' });
  });

  it('stores metadata with characters that PostgreSQL cannot hold', async () => {
    const job = await enqueued({ metadata: { 'a\0': ['\ud800', { b: 'c\0' }] }, model: 'm\0' });

    expect(await jobs.find(job.id, 'key-a')).toMatchObject({
      model: 'm\u{FFFD}',
      metadata: { 'a\u{FFFD}': ['\u{FFFD}', { b: 'c\u{FFFD}' }] },
    });
  });
});

describe('find', () => {
  it('shows a job to its owner alone', async () => {
    const job = await enqueued();

    expect(await jobs.find(job.id, 'key-a')).toMatchObject({
      id: job.id,
      status: 'queued',
      attempt: 0,
      started_at: null,
      result_body: null,
      error: null,
    });
    expect(await jobs.find(job.id, 'key-b')).toBeUndefined();
    expect(await jobs.find(randomUUID(), 'key-a')).toBeUndefined();
    expect(await jobs.find("' or true --", 'key-a')).toBeUndefined();
  });

  it('gives times that Date reads', async () => {
    const job = await enqueued();
    const row = await jobs.find(job.id, 'key-a');

    expect(Math.abs(Date.now() - new Date(row?.created_at ?? '').getTime())).toBeLessThan(60_000);
  });
});

describe('lease', () => {
  it('is given to one of many that ask at once', async () => {
    const job = await enqueued();
    const rows = await Promise.all(Array.from({ length: 8 }, (_, index) => jobs.lease(job.id, `worker-${index}`, 30)));

    expect(rows.map((row) => row.outcome).toSorted()).toEqual([...Array.from({ length: 7 }, () => 'held'), 'leased']);
    expect(rows.find((row) => row.outcome === 'held')).not.toHaveProperty('request_body', job.requestBody);
  });

  it('passes to another worker when it has run out, and the first can write no more', async () => {
    const job = await enqueued();
    const first = await leased(job.id, -1);
    const second = await leased(job.id);

    expect(second.attempt).toBe(2);
    expect(await jobs.extendLease(job.id, first.lease, 30)).toBe(false);
    expect(await jobs.release(job.id, first.lease, true)).toBe(false);
    expect(await jobs.finish(job.id, first.lease, { status: 'succeeded' })).toBe(false);
    expect(await jobs.extendLease(job.id, second.lease, 30)).toBe(true);
  });

  it('is the same run when it is asked for again, the last attempt as well', async () => {
    const job = await enqueued({ maxAttempts: 1 });
    const lease = randomUUID();
    const first = await jobs.lease(job.id, 'worker-1', -1, lease);
    const second = await jobs.lease(job.id, 'worker-1', 30, lease);

    expect(second).toMatchObject({ outcome: 'leased', lease, attempt: 1, request_body: job.requestBody });
    expect(first).toEqual({ ...second, lease_expires_at: expect.any(String) });
    expect(await jobs.lease(job.id, 'worker-2', 30)).toMatchObject({ outcome: 'held' });
    expect(await jobs.finish(job.id, lease, { status: 'succeeded' })).toBe(true);
    expect(await jobs.lease(job.id, 'worker-1', 30, lease)).toMatchObject({ outcome: 'finished' });
  });

  it('fails the job when its attempts are used up', async () => {
    const job = await enqueued({ maxAttempts: 1 });
    await leased(job.id, -1);

    expect(await jobs.lease(job.id, 'worker-2', 30)).toMatchObject({ outcome: 'exhausted', status: 'failed' });
    expect(await jobs.lease(job.id, 'worker-2', 30)).toMatchObject({ outcome: 'finished', status: 'failed' });
    expect(await jobs.find(job.id, 'key-a')).toMatchObject({
      status: 'failed',
      attempt: 1,
      error: { code: 'attempts_exhausted', message: 'The job was started 1 times and never finished.' },
    });
  });

  it('is missing for what is no job', async () => {
    expect(await jobs.lease(randomUUID(), 'worker-1', 30)).toMatchObject({ outcome: 'missing', status: null });
    expect(await jobs.lease('garbage', 'worker-1', 30)).toMatchObject({ outcome: 'missing' });
  });
});

describe('finish', () => {
  it('stores one result and one charge, however often it is asked', async () => {
    const job = await enqueued();
    const { lease } = await leased(job.id);
    const end = {
      status: 'succeeded' as const,
      result: { status: 200, headers: { 'request-id': 'r' }, body: '{"id":"msg_1"}' },
      usage: { operations: [operationOf(job)], attempts: [] },
    };

    expect(await jobs.finish(job.id, lease, end)).toBe(true);
    expect(await jobs.finish(job.id, lease, { ...end, status: 'failed' })).toBe(false);

    expect(await jobs.find(job.id, 'key-a')).toMatchObject({
      status: 'succeeded',
      result_status: 200,
      result_headers: { 'request-id': 'r' },
      result_body: '{"id":"msg_1"}',
      error: null,
    });
    expect(await usage.record(end.usage)).toEqual({ operations: 0, attempts: 0 });
    expect(await jobs.lease(job.id, 'worker-2', 30)).toMatchObject({ outcome: 'finished', status: 'succeeded' });
  });

  it('stores neither when the usage rows are refused', async () => {
    const job = await enqueued();
    const { lease } = await leased(job.id);
    const refused = { ...operationOf(job), status: 5e9 };

    await expect(
      jobs.finish(job.id, lease, { status: 'succeeded', usage: { operations: [refused], attempts: [] } }),
    ).rejects.toMatchObject({ code: 'internal' });
    expect(await jobs.find(job.id, 'key-a')).toMatchObject({ status: 'running' });
    expect(await usage.record({ operations: [operationOf(job)], attempts: [] })).toMatchObject({ operations: 1 });
  });

  it('accepts the result of a run whose lease ran out while nobody took it over', async () => {
    const job = await enqueued();
    const { lease } = await leased(job.id, -1);

    expect(await jobs.finish(job.id, lease, { status: 'failed', error: { code: 'internal', message: 'a\0' } })).toBe(
      true,
    );
    expect(await jobs.find(job.id, 'key-a')).toMatchObject({
      status: 'failed',
      error: { code: 'internal', message: 'a\u{FFFD}' },
    });
  });
});

describe('release', () => {
  it('returns the job to the queue, counting the attempt or not', async () => {
    const job = await enqueued();
    const first = await leased(job.id);
    expect(await jobs.release(job.id, first.lease, false)).toBe(true);
    expect(await jobs.find(job.id, 'key-a')).toMatchObject({ status: 'queued', attempt: 0 });

    const second = await leased(job.id);
    expect(second.attempt).toBe(1);
    expect(await jobs.release(job.id, second.lease, true)).toBe(true);
    expect(await jobs.find(job.id, 'key-a')).toMatchObject({ status: 'queued', attempt: 1 });
  });
});

/** Seconds ago that are still to come: every claim has run out. */
const later = -1;

async function claimed(claimSeconds: number): Promise<Map<string, boolean>> {
  const rows = await jobs.claimUnsent({ limit: 500, claimSeconds });
  return new Map(rows.map((row) => [row.id, row.lost]));
}

/** As if so many minutes more had gone by since something happened to the job. */
async function wait(id: string, minutes: number): Promise<void> {
  const { data } = await tables.from('jobs').select('resend_at').eq('id', id).single<{ resend_at: string }>();
  const earlier = new Date(new Date(data?.resend_at ?? '').getTime() - minutes * 60_000);
  await tables.from('jobs').update({ resend_at: earlier.toISOString() }).eq('id', id);
}

describe('claimUnsent', () => {
  it('leaves a new job to its sender until the claim runs out, then gives it away once', async () => {
    const job = await enqueued();

    expect((await claimed(60)).has(job.id)).toBe(false);
    expect((await claimed(later)).get(job.id)).toBe(false);
    expect((await claimed(60)).has(job.id)).toBe(false);
  });

  it('leaves a sent job alone for 15 minutes, and after the second message for 30', async () => {
    const job = await enqueued();
    expect(await jobs.markSent(job.id)).toBe(true);

    await wait(job.id, 14);
    expect((await claimed(later)).has(job.id)).toBe(false);
    await wait(job.id, 1);
    expect((await claimed(later)).get(job.id)).toBe(true);

    await jobs.markSent(job.id);
    await wait(job.id, 29);
    expect((await claimed(later)).has(job.id)).toBe(false);
    await wait(job.id, 1);
    expect((await claimed(later)).get(job.id)).toBe(true);
  });

  it('counts anew when a run puts a job back', async () => {
    const job = await enqueued();
    for (let sends = 0; sends < 3; sends += 1) await jobs.markSent(job.id);
    const { lease } = await leased(job.id);
    await jobs.release(job.id, lease, false);

    await wait(job.id, 14);
    expect((await claimed(later)).has(job.id)).toBe(false);
    await wait(job.id, 1);
    expect((await claimed(later)).get(job.id)).toBe(true);

    await jobs.markSent(job.id);
    await wait(job.id, 15);
    expect((await claimed(later)).get(job.id)).toBe(true);
  });

  it('finds a job whose worker died 15 minutes ago and whose message is lost, not one that runs', async () => {
    const dead = await enqueued();
    const alive = await enqueued();
    for (let sends = 0; sends < 3; sends += 1) await jobs.markSent(dead.id);
    await jobs.markSent(alive.id);
    await leased(dead.id, -901);
    await leased(alive.id, -840);
    await wait(alive.id, 15);

    expect((await claimed(later)).has(dead.id)).toBe(false);
    await wait(dead.id, 15);
    const found = await claimed(later);
    expect(found.get(dead.id)).toBe(true);
    expect(found.has(alive.id)).toBe(false);
  });

  it('never gives one job to two who ask at once, nor more than the limit', async () => {
    await Promise.all(Array.from({ length: 6 }, () => enqueued()));
    const rows = await Promise.all([1, 2].map(() => jobs.claimUnsent({ limit: 3, claimSeconds: 1 })));

    expect(rows.every((part) => part.length <= 3)).toBe(true);
    const ids = rows.flat().map((row) => row.id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('counts', () => {
  it('has a row for each status', async () => {
    const before = new Map((await jobs.counts()).map((row) => [row.status, row.jobs]));
    await enqueued();
    const after = new Map((await jobs.counts()).map((row) => [row.status, row]));

    expect([...after.keys()].toSorted()).toEqual(['cancelled', 'failed', 'queued', 'running', 'succeeded']);
    expect(after.get('queued')?.jobs).toBe((before.get('queued') ?? 0) + 1);
    expect(after.get('queued')?.oldest_age_seconds).toEqual(expect.any(Number));
    expect(after.get('cancelled')).toEqual({ status: 'cancelled', jobs: 0, oldest_age_seconds: null });
  });
});
