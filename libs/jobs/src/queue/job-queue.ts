import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type MessageAttributeValue,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { GatewayError } from '#wire';
import { DURABLE, type DurableConfig } from '../durable-config.js';
import { createSqsClient } from './sqs-client.js';

/** What a queue message says of a job: its id, and what ties it to the request that sent it. */
export interface QueuedJob {
  readonly id: string;
  readonly correlationId: string;
  /** W3C trace context. */
  readonly traceparent?: string | undefined;
}

export interface QueueDepth {
  /** Approximate, as all of SQS' counts: messages that a worker could take now. */
  readonly waiting: number;
  /** Taken, delayed for another try, or not yet given back. */
  readonly hidden: number;
}

/** SQS's limit for one call. */
export const sendLimit = 10;

const callTimeoutMs = 3000;
const connections = 50;

/** The lower bound is fauxqs's (2.4.1), which loses a message on disk that is given back at 0; the upper one SQS's own. */
const minHiddenSeconds = 1;
const maxHiddenSeconds = 43_200;
/** SQS's limit. */
const maxDelaySeconds = 900;

/** The queue, except for receiving from it. Every method throws `GatewayError('unavailable')` when SQS cannot be asked. */
@Injectable()
export class JobQueue implements OnApplicationShutdown {
  private readonly client: SQSClient;

  constructor(@Inject(DURABLE) private readonly durable: DurableConfig) {
    this.client = createSqsClient(durable, connections);
  }

  /**
   * Sends a message for each of up to `sendLimit` jobs, which nobody gets before `delaySeconds` from now, rounded up; never more than
   * 900. Returns the ids that SQS has taken: it may refuse some.
   */
  async send(jobs: readonly QueuedJob[], delaySeconds = 0): Promise<string[]> {
    const command = new SendMessageBatchCommand({
      QueueUrl: this.durable.queueUrl,
      Entries: jobs.map((job, index) => ({
        Id: String(index),
        MessageBody: JSON.stringify({ id: job.id }),
        MessageAttributes: attributesOf(job),
        DelaySeconds: Math.min(Math.ceil(delaySeconds), maxDelaySeconds),
      })),
    });
    const { Successful } = await reached(this.client.send(command, withTimeout()));
    return (Successful ?? []).map(({ Id }) => jobs[Number(Id)]?.id).filter((id) => id !== undefined);
  }

  async acknowledge(receipt: string): Promise<void> {
    const command = new DeleteMessageCommand({ QueueUrl: this.durable.queueUrl, ReceiptHandle: receipt });
    await reached(this.client.send(command, withTimeout()));
  }

  /** Nobody gets the message for that many seconds from now, rounded up; 0 gives it back within a second. */
  async hide(receipt: string, seconds: number): Promise<void> {
    const command = new ChangeMessageVisibilityCommand({
      QueueUrl: this.durable.queueUrl,
      ReceiptHandle: receipt,
      VisibilityTimeout: Math.min(Math.max(minHiddenSeconds, Math.ceil(seconds)), maxHiddenSeconds),
    });
    await reached(this.client.send(command, withTimeout()));
  }

  async depth(signal: AbortSignal): Promise<QueueDepth> {
    return this.depthOf(this.durable.queueUrl, signal);
  }

  /** Messages that no worker could deal with; undefined when no dead-letter queue is configured. */
  async deadLetters(signal: AbortSignal): Promise<number | undefined> {
    if (this.durable.deadLetterQueueUrl === undefined) return undefined;
    const { waiting, hidden } = await this.depthOf(this.durable.deadLetterQueueUrl, signal);
    return waiting + hidden;
  }

  onApplicationShutdown(): void {
    this.client.destroy();
  }

  private async depthOf(queueUrl: string, signal: AbortSignal): Promise<QueueDepth> {
    const command = new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ],
    });
    const { Attributes: counts } = await reached(this.client.send(command, { abortSignal: signal }));
    return {
      waiting: Number(counts?.ApproximateNumberOfMessages ?? 0),
      hidden:
        Number(counts?.ApproximateNumberOfMessagesNotVisible ?? 0) +
        Number(counts?.ApproximateNumberOfMessagesDelayed ?? 0),
    };
  }
}

function attributesOf(job: QueuedJob): Record<string, MessageAttributeValue> {
  return {
    correlationId: { DataType: 'String', StringValue: job.correlationId },
    ...(job.traceparent !== undefined && { traceparent: { DataType: 'String', StringValue: job.traceparent } }),
  };
}

/** Over all of the SDK's own retries. */
function withTimeout(): { abortSignal: AbortSignal } {
  return { abortSignal: AbortSignal.timeout(callTimeoutMs) };
}

async function reached<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw new GatewayError('unavailable', 'The queue is not available', { retryAfterSeconds: 1, cause: error });
  }
}
