import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { JobClient, Product } from '#testing';

let product: Product;
let jobs: JobClient;
let sqs: SQSClient;
let queueUrl: string;

beforeAll(async () => {
  product = await Product.start({ workers: 1, env: { JOB_LEASE_SECONDS: '2' } });
  jobs = new JobClient(product);
  queueUrl = product.cloud?.env.SQS_QUEUE_URL ?? '';
  sqs = new SQSClient({
    region: 'us-east-1',
    endpoint: product.cloud?.sqsUrl ?? '',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
});
afterEach(() => product.simulator.reset());
afterAll(async () => {
  sqs.destroy();
  await product.stop();
});

const request = { model: 'claude-opus-5', max_tokens: 64, messages: [{ role: 'user', content: 'Say hello.' }] };

async function deliver(body: string): Promise<void> {
  await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
}

/** Resolves when the queue holds nothing, hidden messages included. */
async function untilDrained(): Promise<void> {
  for (;;) {
    const { Attributes: counts } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }),
    );
    const left =
      Number(counts?.ApproximateNumberOfMessages) +
      Number(counts?.ApproximateNumberOfMessagesNotVisible) +
      Number(counts?.ApproximateNumberOfMessagesDelayed);
    if (left === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('a second delivery of a job', () => {
  it('that has finished changes nothing', async () => {
    const id = await jobs.enqueue(request);
    const finished = await jobs.untilFinished(id);
    await deliver(JSON.stringify({ id }));
    await deliver(JSON.stringify({ id }));
    await untilDrained();
    expect(await jobs.find(id)).toEqual(finished);
    expect(product.simulator.requests).toHaveLength(1);
  });

  it('that is running waits and changes nothing, however much longer than a lease the job takes', async () => {
    product.simulator.script({ delayMs: 5000, text: 'worth the wait' });
    const id = await jobs.enqueue(request);
    await jobs.untilStatus(id, 'running');
    await deliver(JSON.stringify({ id }));
    const finished = await jobs.untilFinished(id);
    await untilDrained();
    expect(finished).toMatchObject({ attempts: 1, result: { content: [{ text: 'worth the wait' }] } });
    expect(await jobs.find(id)).toEqual(finished);
    expect(product.simulator.requests).toHaveLength(1);
  });
});

describe('the queue', () => {
  it('is not held up by a slow job', async () => {
    product.simulator.script({ delayMs: 4000, text: 'slow' });
    const slow = await jobs.enqueue(request);
    await jobs.untilStatus(slow, 'running');
    const quick = await Promise.all(Array.from({ length: 12 }, () => jobs.enqueue(request)));
    const statuses = await Promise.all(quick.map(async (id) => (await jobs.untilFinished(id)).status));
    expect(statuses).toEqual(quick.map(() => 'succeeded'));
    expect((await jobs.find(slow)).status).toBe('running');
    expect((await jobs.untilFinished(slow)).status).toBe('succeeded');
  });

  it('loses a message about a job that does not exist, and keeps one that nobody understands', async () => {
    await deliver(JSON.stringify({ id: '00000000-0000-4000-8000-000000000000' }));
    await untilDrained();
    await deliver('not ours');
    const [worker] = product.workers;
    await worker?.untilSays('message could not be handled');
    expect(worker?.running).toBe(true);
    const id = await jobs.enqueue(request);
    expect((await jobs.untilFinished(id)).status).toBe('succeeded');
  });
});
