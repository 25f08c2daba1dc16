import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createDatabaseClient, UsageRepository } from '#persistence';
import { JobClient, Product } from '#testing';

let product: Product;
let jobs: JobClient;

beforeAll(async () => {
  product = await Product.start({ workers: 0, env: { JOB_LEASE_SECONDS: '2', WORKER_CONCURRENCY: '1' } });
  jobs = new JobClient(product);
});
afterEach(async () => {
  await Promise.all(product.workers.map((worker) => worker.stop('SIGKILL')));
  product.simulator.reset();
});
afterAll(async () => product.stop());

const request = { model: 'claude-opus-5', max_tokens: 64, messages: [{ role: 'user', content: 'Say hello.' }] };

async function untilAsked(times: number): Promise<void> {
  while (product.simulator.requests.length < times) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Operations in the ledger, by their outcome. */
async function ledger() {
  const { SUPABASE_URL: url = '', SUPABASE_SERVICE_ROLE_KEY: serviceRoleKey = '' } = product.cloud?.env ?? {};
  const usage = new UsageRepository(createDatabaseClient({ url, serviceRoleKey }));
  const [sums] = await usage.report({ from: new Date(0), to: new Date(Date.now() + 60_000), groups: [] });
  return { ended: sums?.ended ?? 0, failed: sums?.failed ?? 0, aborted: sums?.aborted ?? 0 };
}

describe('a job whose worker', () => {
  it('is killed in the middle of it is finished by another, with one result and one charge', async () => {
    const before = await ledger();
    product.simulator.script([{ delayMs: 60_000 }, { text: 'from the second worker' }]);
    const first = await product.startWorker();
    const id = await jobs.enqueue(request);
    await untilAsked(1);
    await first.stop('SIGKILL');

    await product.startWorker();
    const job = await jobs.untilFinished(id);
    expect(job).toMatchObject({
      status: 'succeeded',
      attempts: 2,
      result: { content: [{ type: 'text', text: 'from the second worker' }] },
    });
    expect(product.simulator.requests).toHaveLength(2);
    expect(await ledger()).toEqual({ ...before, ended: before.ended + 1 });
  });

  it('was frozen and comes back too late keeps the result that another has stored', async () => {
    product.simulator.script([{ delayMs: 1000, text: 'too late' }, { text: 'in time' }]);
    const frozen = await product.startWorker();
    const id = await jobs.enqueue(request);
    await untilAsked(1);
    frozen.signal('SIGSTOP');

    await product.startWorker();
    const finished = await jobs.untilFinished(id);
    expect(finished).toMatchObject({ status: 'succeeded', attempts: 2, result: { content: [{ text: 'in time' }] } });

    frozen.signal('SIGCONT');
    await frozen.untilSays('lease was lost');
    expect(await jobs.find(id)).toEqual(finished);
  });
});
