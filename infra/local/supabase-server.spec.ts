import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createClient } from '@supabase/supabase-js';
import { createDatabaseClient, JobRepository } from '#persistence';
import { startSupabaseServer, type SupabaseServer } from './supabase-server.js';

// The embedded server prints every SQL error with its parameters.
beforeAll(() => void jest.spyOn(console, 'error').mockReturnValue(undefined));

let directory: string;
let server: SupabaseServer;
beforeAll(async () => {
  server = await startSupabaseServer({ port: 0 });
  directory = await mkdtemp(join(tmpdir(), 'supabase-server-'));
});
afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

const tables = ['jobs', 'usage_operations', 'usage_attempts', 'worker_heartbeats'];
const functions: Record<string, Record<string, unknown>> = {
  ping: {},
  job_counts: {},
  get_job: { p_id: randomUUID(), p_key_id: 'k' },
  lease_job: { p_id: randomUUID(), p_worker: 'w', p_lease_seconds: 1 },
  claim_unsent_jobs: { p_limit: 1, p_claim_seconds: 1, p_lost_seconds: 1 },
  usage_report: { p_from: '2026-01-01', p_to: '2026-01-02', p_group: [], p_key_ids: null },
  record_usage: { p_operations: [], p_attempts: [] },
  beat: { p_worker: 'w', p_version: '1' },
  live_workers: { p_within_seconds: 1 },
  delete_finished_jobs: { p_days: 1, p_limit: 1 },
  delete_usage: { p_days: 1, p_limit: 1 },
};

function job(id: string): Parameters<JobRepository['enqueue']>[0] {
  return {
    id,
    keyId: 'k',
    dialect: 'messages',
    model: 'm',
    requestBody: '{}',
    requestHeaders: {},
    requestQuery: '',
    correlationId: 'c',
    maxAttempts: 1,
  };
}

describe('the embedded Supabase', () => {
  it('shows nothing to the publishable key and takes nothing from it', async () => {
    const jobs = new JobRepository(createDatabaseClient(server));
    await jobs.enqueue(job(randomUUID()));
    const anonymous = createClient(server.url, server.publishableKey, { auth: { persistSession: false } });

    for (const table of tables) {
      const { data } = await anonymous.from(table).select('*');
      expect(data ?? []).toEqual([]);
    }
    expect((await anonymous.from('jobs').delete().neq('key_id', '')).data ?? []).toEqual([]);
    expect((await anonymous.from('worker_heartbeats').insert({ worker: 'w', version: '1' })).error?.code).toBe('42501');
    for (const [name, parameters] of Object.entries(functions)) {
      expect((await anonymous.rpc(name, parameters)).error?.code).toBe('42501');
    }
    expect((await jobs.counts()).find((row) => row.status === 'queued')?.jobs).toBe(1);
  });

  it('keeps its data, applies no migration twice, and shares its directory with nobody', async () => {
    const dataDir = join(directory, 'kept');
    const id = randomUUID();
    const first = await startSupabaseServer({ port: 0, dataDir });
    await new JobRepository(createDatabaseClient(first)).enqueue(job(id));
    await expect(startSupabaseServer({ port: 0, dataDir })).rejects.toThrow('LOCAL_DATA_DIR');
    await first.close();

    const second = await startSupabaseServer({ port: 0, dataDir });
    try {
      expect(await new JobRepository(createDatabaseClient(second)).find(id, 'k')).toMatchObject({ id });
    } finally {
      await second.close();
    }
  });

  it('begins anew where a process was killed while it made the database', async () => {
    const dataDir = join(directory, 'half made');
    await mkdir(join(dataDir, 'postgres'), { recursive: true });
    await writeFile(join(dataDir, 'postgres/PG_VERSION'), '17');
    await writeFile(join(dataDir, 'postgres.unfinished'), '');
    const id = randomUUID();
    const whole = await startSupabaseServer({ port: 0, dataDir });
    await new JobRepository(createDatabaseClient(whole)).enqueue(job(id));
    await whole.close();
    expect(await readdir(dataDir)).not.toContain('postgres.unfinished');

    const again = await startSupabaseServer({ port: 0, dataDir });
    try {
      expect(await new JobRepository(createDatabaseClient(again)).find(id, 'k')).toMatchObject({ id });
    } finally {
      await again.close();
    }
  });
});
