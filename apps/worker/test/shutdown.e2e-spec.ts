import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { JobClient, Product } from '#testing';

let product: Product;
let jobs: JobClient;

beforeAll(async () => {
  product = await Product.start({ workers: 0, env: { WORKER_CONCURRENCY: '1' } });
  jobs = new JobClient(product);
});
afterEach(async () => {
  await Promise.all(product.workers.map((worker) => worker.stop()));
  product.simulator.reset();
});
afterAll(async () => product.stop());

const request = { model: 'claude-opus-5', max_tokens: 64, messages: [{ role: 'user', content: 'Say hello.' }] };

describe('a worker that is told to stop', () => {
  it('is unready, takes no more jobs, finishes the one it has and exits with 0', async () => {
    product.simulator.script({ delayMs: 3000, text: 'finished' });
    const worker = await product.startWorker();
    const url = product.workerUrls.at(-1) ?? '';
    const running = await jobs.enqueue(request);
    await jobs.untilStatus(running, 'running');
    worker.signal('SIGTERM');
    const waiting = await jobs.enqueue(request);
    await worker.untilSays('worker stops polling');
    expect((await fetch(`${url}/health/ready`)).status).toBe(503);
    expect(await worker.exited()).toBe(0);
    expect(await jobs.find(running)).toMatchObject({
      status: 'succeeded',
      attempts: 1,
      result: { content: [{ text: 'finished' }] },
    });
    expect(await jobs.find(waiting)).toMatchObject({ status: 'queued', attempts: 0 });

    await product.startWorker();
    expect(await jobs.untilFinished(waiting)).toMatchObject({ status: 'succeeded', attempts: 1 });
  });

  it('gives a job back that does not finish in time, and aborts its upstream call', async () => {
    product.simulator.script([{ delayMs: 60_000 }, { text: 'from the next worker' }]);
    const worker = await product.startWorker({ SHUTDOWN_DEADLINE_SECONDS: '1' });
    const id = await jobs.enqueue(request);
    await jobs.untilStatus(id, 'running');
    expect(await worker.stop()).toBe(0);
    await product.simulator.idle();
    expect(await jobs.find(id)).toMatchObject({ status: 'queued', attempts: 0 });

    await product.startWorker();
    expect(await jobs.untilFinished(id)).toMatchObject({
      status: 'succeeded',
      attempts: 1,
      result: { content: [{ text: 'from the next worker' }] },
    });
  });

  it('stops at once when it has nothing to do', async () => {
    const worker = await product.startWorker();
    expect(await worker.stop()).toBe(0);
    expect(worker.logLines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('stops as well when nobody reads its log any more', async () => {
    const worker = await product.startWorker();
    worker.stopReading();
    expect(await worker.stop()).toBe(0);
  });
});
