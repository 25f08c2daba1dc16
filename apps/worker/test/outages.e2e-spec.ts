import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type EmbeddedCloud, JobClient, Product } from '#testing';

let product: Product;
let jobs: JobClient;
let cloud: EmbeddedCloud;

beforeAll(async () => {
  product = await Product.start({ workers: 1 });
  jobs = new JobClient(product);
  if (product.cloud === undefined) throw new Error('no cloud');
  cloud = product.cloud;
});
afterEach(() => product.simulator.reset());
afterAll(async () => product.stop());

const request = { model: 'claude-opus-5', max_tokens: 64, messages: [{ role: 'user', content: 'Say hello.' }] };

interface Health {
  readonly status: string;
  readonly details: Record<string, { status: string; message: string; responseTime: number; depth?: number }>;
}

/** Asks until the report has that HTTP status: a report may be a second old. */
async function untilHealth(url: string, status: number): Promise<Health> {
  for (;;) {
    const response = await fetch(`${url}/health`);
    const health = (await response.json()) as Health;
    if (response.status === status) return health;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('without Supabase', () => {
  it('sync requests are served, durable ones are told to come back, and the health names the database', async () => {
    await cloud.stopSupabase('SIGKILL');
    expect((await product.postJson('/v1/messages', request)).status).toBe(200);

    const refused = await product.postJson('/api/enqueue', { request });
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toMatchObject({ type: 'error', error: { type: 'api_error' } });

    for (const url of [product.url, product.workerUrls[0] ?? '']) {
      const { status, details } = await untilHealth(url, 503);
      expect(status).toBe('error');
      expect(details.database).toMatchObject({
        status: 'down',
        message: expect.any(String),
        responseTime: expect.any(Number),
      });
      expect(details.queue).toMatchObject({ status: 'up', depth: 0 });
      expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    }

    await cloud.startSupabase();
    for (const url of [product.url, product.workerUrls[0] ?? '']) await untilHealth(url, 200);
    expect((await jobs.untilFinished(await jobs.enqueue(request))).status).toBe('succeeded');
  });

  it('a finished answer waits for it, and is neither lost nor asked for again', async () => {
    product.simulator.script({ delayMs: 1500, text: 'kept' });
    const id = await jobs.enqueue(request);
    await jobs.untilStatus(id, 'running');
    await cloud.stopSupabase('SIGKILL');
    await product.simulator.idle();
    await cloud.startSupabase();
    const job = await jobs.untilFinished(id);
    expect(job).toMatchObject({ status: 'succeeded', attempts: 1, result: { content: [{ text: 'kept' }] } });
    expect(product.simulator.requests).toHaveLength(1);
  });
});

describe('without SQS', () => {
  it('durable requests are accepted, and done after its recovery', async () => {
    await cloud.stopSqs('SIGKILL');
    const ids = await Promise.all([jobs.enqueue(request), jobs.enqueue(request)]);
    for (const url of [product.url, product.workerUrls[0] ?? '']) {
      const { details } = await untilHealth(url, 503);
      expect(details.queue).toMatchObject({
        status: 'down',
        message: expect.any(String),
        responseTime: expect.any(Number),
      });
      expect(details.database).toMatchObject({ status: 'up' });
    }
    expect(await jobs.find(ids[0])).toMatchObject({ status: 'queued', attempts: 0 });

    await cloud.startSqs();
    for (const id of ids) expect(await jobs.untilFinished(id)).toMatchObject({ status: 'succeeded', attempts: 1 });
  });

  it('says so once in the log, and once that it is back', async () => {
    const [worker] = product.workers;
    for (const [running, what] of [
      [product.api, 'the queue'],
      [worker, 'receiving from the queue'],
    ] as const) {
      await running?.untilSays(`${what} is available again`);
      const messages = running?.logLines.map(({ message }) => message) ?? [];
      expect(messages.filter((message) => message === `${what} is not available`)).toHaveLength(1);
      expect(messages.filter((message) => message === `${what} is available again`)).toHaveLength(1);
    }
  });

  it('an accepted request outlives also the API that accepted it', async () => {
    await cloud.stopSqs('SIGKILL');
    const id = await jobs.enqueue(request);
    await product.api.stop('SIGKILL');
    await cloud.startSqs();
    // With the API gone, only the worker is left to send what was committed.
    while (product.simulator.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 100));
    await product.startApi();
    expect(await jobs.untilFinished(id)).toMatchObject({ status: 'succeeded', attempts: 1 });
  });
});
