import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type SqsServer, startSqsServer } from './sqs-server.js';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sqs-server-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

function clientOf(server: SqsServer): SQSClient {
  return new SQSClient({
    endpoint: server.endpoint,
    region: server.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
}

describe('the embedded SQS', () => {
  it('has a queue that gives up after twenty receipts, to a dead-letter queue', async () => {
    const server = await startSqsServer({ port: 0 });
    try {
      const client = clientOf(server);
      await client.send(new SendMessageCommand({ QueueUrl: server.queueUrl, MessageBody: 'one' }));
      const { Attributes } = await client.send(
        new GetQueueAttributesCommand({ QueueUrl: server.queueUrl, AttributeNames: ['All'] }),
      );
      expect(Attributes).toMatchObject({ VisibilityTimeout: '30', ApproximateNumberOfMessages: '1' });

      for (let attempt = 1; attempt <= 21; attempt += 1) {
        const { Messages } = await client.send(
          new ReceiveMessageCommand({ QueueUrl: server.queueUrl, VisibilityTimeout: 0 }),
        );
        expect(Messages?.length ?? 0).toBe(attempt <= 20 ? 1 : 0);
      }
      const dead = await client.send(new ReceiveMessageCommand({ QueueUrl: server.dlqUrl }));
      expect(dead.Messages?.[0]?.Body).toBe('one');
    } finally {
      await server.close();
    }
  });

  it('keeps its messages, also on another port, and shares its directory with nobody', async () => {
    const dataDir = join(directory, 'kept');
    const first = await startSqsServer({ port: 0, dataDir });
    await clientOf(first).send(new SendMessageCommand({ QueueUrl: first.queueUrl, MessageBody: 'two' }));
    await expect(startSqsServer({ port: 0, dataDir })).rejects.toThrow('LOCAL_DATA_DIR');
    await first.close();

    const second = await startSqsServer({ port: 0, dataDir });
    try {
      const { Messages } = await clientOf(second).send(new ReceiveMessageCommand({ QueueUrl: second.queueUrl }));
      expect(Messages?.[0]?.Body).toBe('two');
    } finally {
      await second.close();
    }
  });
});
