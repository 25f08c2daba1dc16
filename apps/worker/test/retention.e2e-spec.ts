import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from '@supabase/supabase-js';
import { JobClient, Product } from '#testing';

let product: Product;
let jobs: JobClient;

beforeAll(async () => {
  product = await Product.start({ workers: 0, env: { JOB_RETENTION_DAYS: '7' } });
  jobs = new JobClient(product);
});
afterAll(async () => product.stop());

const request = { model: 'claude-opus-5', max_tokens: 64, messages: [{ role: 'user', content: 'Say hello.' }] };
const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();

/** Makes a job older, as only the database's owner can. */
async function date(id: string, times: Readonly<Record<string, string>>): Promise<void> {
  const env = product.cloud?.env ?? {};
  const client = createClient(env['SUPABASE_URL'] ?? '', env['SUPABASE_SERVICE_ROLE_KEY'] ?? '');
  const { error } = await client.from('jobs').update(times).eq('id', id);
  if (error !== null) throw new Error(error.message);
}

describe('what a worker deletes', () => {
  it('is what finished longer ago than JOB_RETENTION_DAYS, with its prompt and its answer; what waits is run, however old', async () => {
    const worker = await product.startWorker();
    const [old, recent] = [await jobs.enqueue(request), await jobs.enqueue(request)];
    for (const id of [old, recent]) expect(await jobs.untilFinished(id)).toMatchObject({ status: 'succeeded' });
    await worker.stop();
    const waiting = await jobs.enqueue(request);
    await date(old, { finished_at: daysAgo(8) });
    await date(recent, { finished_at: daysAgo(6) });
    await date(waiting, { created_at: daysAgo(99) });

    const next = await product.startWorker();
    await next.untilSays('old finished jobs deleted');
    expect(next.logLines.find(({ message }) => message === 'old finished jobs deleted')).toMatchObject({
      level: 'info',
      metadata: { days: 7, deleted: 1 },
    });
    const gone = await product.fetch(`/api/jobs/${old}`);
    expect({ status: gone.status, body: await gone.json() }).toMatchObject({
      status: 404,
      body: { error: { type: 'not_found_error' } },
    });
    expect(await jobs.find(recent)).toMatchObject({ status: 'succeeded', result: { type: 'message' } });
    expect(await jobs.untilFinished(waiting)).toMatchObject({ status: 'succeeded', attempts: 1 });

    const usage = await product.fetch('/api/usage');
    expect(await usage.json()).toMatchObject({ rows: [{ operations: 3 }] });
  });
});
