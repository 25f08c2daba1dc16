import { randomUUID } from 'node:crypto';
import {
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { pino } from 'pino';
import { Secret } from '#config';
import { GatewayError } from '#wire';
import { type SqsServer, startSqsServer } from '../../../../infra/local/sqs-server.js';
import type { DurableConfig } from '../durable-config.js';
import { JobQueue, type QueuedJob } from '../queue/job-queue.js';
import { again, type Disposition, done, rest } from '../run/disposition.js';
import { HeldMessages } from './held-messages.js';

const credentials = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };

let server: SqsServer;
let client: SQSClient;
let queue: JobQueue;
let held: HeldMessages;
let job: QueuedJob;

beforeAll(() => void Object.assign(process.env, credentials));
beforeEach(async () => {
  server = await startSqsServer({ port: 0 });
  client = new SQSClient({ region: server.region, endpoint: server.endpoint });
  const durable: DurableConfig = {
    supabaseUrl: '',
    supabaseKey: new Secret(''),
    queueUrl: server.queueUrl,
    deadLetterQueueUrl: server.dlqUrl,
    sqsEndpoint: server.endpoint,
    region: server.region,
    concurrency: 1,
    leaseSeconds: 60,
    maxAttempts: 2,
    retention: { jobDays: 30, usageDays: 0 },
  };
  queue = new JobQueue(durable);
  held = new HeldMessages(queue, durable, pino({ level: 'silent' }));
  job = {
    id: randomUUID(),
    correlationId: 'correlation-1',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  };
  await queue.send([job]);
});
afterEach(async () => {
  queue.onApplicationShutdown();
  client.destroy();
  await server.close();
});
afterAll(() => {
  for (const name of Object.keys(credentials)) Reflect.deleteProperty(process.env, name);
});

async function receive(): Promise<Message> {
  const command = new ReceiveMessageCommand({
    QueueUrl: server.queueUrl,
    WaitTimeSeconds: 5,
    MessageSystemAttributeNames: ['ApproximateReceiveCount'],
    MessageAttributeNames: ['All'],
  });
  const { Messages: [message] = [] } = await client.send(command);
  if (message === undefined) throw new Error('no message came');
  return message;
}

async function settle(message: Message, disposition: Disposition): Promise<void> {
  await held.during(message.ReceiptHandle ?? '', async () => disposition);
}

const now = (): AbortSignal => AbortSignal.timeout(5000);

describe('a held message', () => {
  it('is gone when it is done with', async () => {
    await settle(await receive(), done);
    expect(await queue.depth(now())).toEqual({ waiting: 0, hidden: 0 });
  });

  it('comes again, and SQS counts it', async () => {
    await settle(await receive(), again(0));
    expect((await receive()).Attributes?.ApproximateReceiveCount).toBe('2');
  });

  it('of a job that rests is replaced by one like it, however often: a rest is no failed delivery', async () => {
    const first = await receive();
    await settle(first, rest(job, 0));
    for (let rests = 0; rests < 25; rests += 1) {
      const message = await receive();
      expect(message).toMatchObject({
        Body: first.Body,
        MessageAttributes: first.MessageAttributes,
        Attributes: { ApproximateReceiveCount: '1' },
      });
      await settle(message, rest(job, 0));
    }
    expect(await queue.depth(now())).toEqual({ waiting: 1, hidden: 0 });
    expect(await queue.deadLetters(now())).toBe(0);
  });

  it.each([
    [0.1, 1],
    [600, 600],
    [5000, 900],
  ])('of a job that rests for %d s is seen by nobody for %d s', async (seconds, delaySeconds) => {
    const message = await receive();
    const sending = jest.spyOn(SQSClient.prototype, 'send');
    await settle(message, rest(job, seconds));
    // Whole seconds up to 900: SQS refuses others, the embedded one does not.
    const delays = sending.mock.calls.flatMap(([command]) =>
      command instanceof SendMessageBatchCommand ? (command.input.Entries ?? []) : [],
    );
    sending.mockRestore();
    expect(delays).toMatchObject([{ DelaySeconds: delaySeconds }]);
    const { Attributes: counts } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl: server.queueUrl, AttributeNames: ['All'] }),
    );
    expect(counts).toMatchObject({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
      ApproximateNumberOfMessagesDelayed: '1',
    });
  });

  it.each([
    ['cannot be asked', async () => Promise.reject(new GatewayError('unavailable', 'away'))],
    ['refuses a new message', async () => []],
  ])('of a job that rests is kept where SQS %s', async (_what, send) => {
    const message = await receive();
    jest.spyOn(queue, 'send').mockImplementationOnce(send);
    await settle(message, rest(job, 0));
    expect((await receive()).Attributes?.ApproximateReceiveCount).toBe('2');
  });
});
