import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { startFauxqs } from 'fauxqs';
import { lockDataDirectory } from './data-directory-lock.js';
import { runAsProcess } from './run-as-process.js';

const region = 'us-east-1';
const accountId = '000000000000';
const queueName = 'claude-proxy-jobs';
const deadLetterQueueName = 'claude-proxy-jobs-dlq';

export interface SqsServer {
  /** For `AWS_ENDPOINT_URL_SQS`. */
  readonly endpoint: string;
  readonly region: string;
  readonly queueUrl: string;
  readonly dlqUrl: string;
  close(): Promise<void>;
}

/** As Terraform makes them in production, but for the time that a message stays hidden: twenty receipts, then the dead-letter queue. */
const queues: { name: string; attributes: Record<string, string> }[] = [
  { name: deadLetterQueueName, attributes: { MessageRetentionPeriod: '1209600' } },
  {
    name: queueName,
    attributes: {
      VisibilityTimeout: '30',
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: `arn:aws:sqs:${region}:${accountId}:${deadLetterQueueName}`,
        maxReceiveCount: '20',
      }),
    },
  },
];

/**
 * SQS with the two queues.
 *
 * @param options.port 0 takes any free one.
 * @param options.dataDir where messages are kept; without one, in memory.
 */
export async function startSqsServer(options: { port: number; dataDir?: string }): Promise<SqsServer> {
  const unlock = options.dataDir === undefined ? undefined : lockDataDirectory(options.dataDir);
  const server = await startFauxqs({
    port: options.port,
    logger: false,
    defaultRegion: region,
    init: { queues },
    ...(options.dataDir !== undefined && { dataDir: options.dataDir }),
  });
  const endpoint = `http://127.0.0.1:${server.port}`;
  return {
    endpoint,
    region,
    queueUrl: `${endpoint}/${accountId}/${queueName}`,
    dlqUrl: `${endpoint}/${accountId}/${deadLetterQueueName}`,
    close: async () => {
      await server.stop();
      unlock?.();
    },
  };
}

/** fauxqs listens on every address and asks nobody for a key; what is not of this machine is turned away. */
function serveThisMachineAlone(): void {
  subscribe('net.server.socket', (message) => {
    const { socket } = message as { socket: Socket };
    if (!/^(?:::ffff:)?127\.|^::1$/.test(socket.remoteAddress ?? '')) socket.destroy();
  });
}

runAsProcess(import.meta.filename, 'sqs', () => {
  serveThisMachineAlone();
  return startSqsServer({
    port: Number(process.env.LOCAL_SQS_PORT ?? 8082),
    dataDir: join(process.env.LOCAL_DATA_DIR ?? '.local', 'sqs'),
  });
});
