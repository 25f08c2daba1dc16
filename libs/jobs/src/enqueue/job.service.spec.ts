import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Caller, Gateway } from '#gateway';
import { createDatabaseClient, JobRepository } from '#persistence';
import { GatewayError } from '#wire';
import { type SupabaseServer, startSupabaseServer } from '../../../../infra/local/supabase-server.js';
import { durable } from '../durable-config.fixture.js';
import type { Outbox } from '../queue/outbox.js';
import type { QueuedJob } from '../queue/job-queue.js';
import { type EnqueueRequest, JobService } from './job.service.js';

const caller: Caller = { keyId: 'key_1', ownedKeyIds: ['key_1'] };
const request: EnqueueRequest = {
  body: Buffer.from('{"request":{"model":"m"},"metadata":{"order":7}}'),
  headers: {},
  query: '',
  idempotencyKey: undefined,
};
const away = new GatewayError('unavailable', 'The answer was lost');

let server: SupabaseServer;
let client: ReturnType<typeof createDatabaseClient>;
let jobs: JobRepository;
let posted: string[];
let service: JobService;

beforeAll(async () => {
  server = await startSupabaseServer({ port: 0 });
  client = createDatabaseClient(server);
});
beforeEach(() => {
  jobs = new JobRepository(client);
  posted = [];
  const outbox = { post: ({ id }: QueuedJob) => void posted.push(id) } as unknown as Outbox;
  const gateway = { check: async () => ({ model: 'm' }) } as unknown as Gateway;
  service = new JobService(jobs, outbox, gateway, durable);
});
afterEach(() => void jest.restoreAllMocks());
afterAll(() => server.close());

async function jobCount(): Promise<number | null> {
  return (await client.from('jobs').select('id', { count: 'exact', head: true })).count;
}

describe('JobService', () => {
  it('knows a job as stored that was, where the word of it got lost, and sends it on its way', async () => {
    const before = (await jobCount()) ?? 0;
    const enqueue = jobs.enqueue.bind(jobs);
    jest.spyOn(jobs, 'enqueue').mockImplementationOnce(async (job) => {
      await enqueue(job);
      throw away;
    });
    const { job_id: id, status } = await service.enqueue(request, caller);
    expect(status).toBe('queued');
    expect(await jobs.find(id, caller.keyId)).toMatchObject({ status: 'queued' });
    expect(posted).toEqual([id]);
    expect(await jobCount()).toBe(before + 1);
  });

  it('refuses a job that the database does not take, within moments', async () => {
    const calls = jest.spyOn(jobs, 'enqueue').mockRejectedValue(away);
    await expect(service.enqueue(request, caller)).rejects.toBe(away);
    expect(new Set(calls.mock.calls.map(([{ id }]) => id)).size).toBe(1);
    expect(posted).toEqual([]);
  });

  it('sends no second message for a job that was handed in before', async () => {
    const retried = { ...request, idempotencyKey: 'one' };
    const { job_id: id } = await service.enqueue(retried, caller);
    expect(await service.enqueue(retried, caller)).toMatchObject({ job_id: id });
    expect(posted).toEqual([id]);
  });

  it('knows a retry by its idempotency key also when the key of its owner has been rotated', async () => {
    const retried = { ...request, idempotencyKey: 'two' };
    const { job_id: id } = await service.enqueue(retried, caller);
    const rotated: Caller = { keyId: 'key_2', ownedKeyIds: ['key_2', 'key_1'] };
    expect(await service.enqueue(retried, rotated)).toMatchObject({ job_id: id });
    expect(posted).toEqual([id]);
  });
});
