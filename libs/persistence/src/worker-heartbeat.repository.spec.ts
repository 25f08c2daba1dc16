import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type SupabaseServer, startSupabaseServer } from '../../../infra/local/supabase-server.js';
import { createDatabaseClient } from './supabase-client.js';
import { WorkerHeartbeatRepository } from './worker-heartbeat.repository.js';

let server: SupabaseServer;
let heartbeats: WorkerHeartbeatRepository;

beforeAll(async () => {
  server = await startSupabaseServer({ port: 0 });
  heartbeats = new WorkerHeartbeatRepository(createDatabaseClient(server));
});

afterAll(() => server.close());

it('keeps one row a worker, with its newest version', async () => {
  await heartbeats.beat('worker-b', '1.0.0');
  await heartbeats.beat('worker-a', '1.0.0');
  await heartbeats.beat('worker-a', '1.1.0');

  const live = await heartbeats.live(60);
  expect(live.map((row) => [row.worker, row.version])).toEqual([
    ['worker-a', '1.1.0'],
    ['worker-b', '1.0.0'],
  ]);
});

it('leaves out those that have not been heard of', async () => {
  await heartbeats.beat('worker-c', '1.0.0');

  expect(await heartbeats.live(-1)).toEqual([]);
});
