import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import type { SqsConsumerOptions } from '@ssut/nestjs-sqs/dist/sqs.types.js';
import { DURABLE, type DurableConfig } from '../durable-config.js';
import { Outages } from '../outages.js';
import { createSqsClient } from '../queue/sqs-client.js';
import { DatabaseGate } from './database-gate.js';
import { receivedSeconds } from './visibility.js';

/** Half of what SQS allows: the longer a poll waits, the longer SQS may give messages to one whose process is gone. */
const waitTimeSeconds = 10;

/** How the consumers ask the queue for messages, and when they may. */
@Injectable()
export class Polling implements OnModuleDestroy, OnApplicationShutdown {
  private readonly stopping = new AbortController();
  private readonly client;
  private lastPollMs = performance.now();

  constructor(
    private readonly database: DatabaseGate,
    private readonly outages: Outages,
    @Inject(DURABLE) private readonly durable: DurableConfig,
  ) {
    this.client = createSqsClient(durable, durable.concurrency);
  }

  /** Since a poll was answered, or one began while none before it had failed. */
  get sinceLastPollMs(): number {
    return performance.now() - this.lastPollMs;
  }

  /**
   * They only receive. Whoever stops sqs-consumer's polls at once (`abort`) stops its deletes and heartbeats as well, which the
   * jobs that are still running need; so those are `MessageHandler`'s.
   */
  consumer(name: string): SqsConsumerOptions {
    return {
      name,
      queueUrl: this.durable.queueUrl,
      sqs: this.client,
      batchSize: 1,
      waitTimeSeconds,
      visibilityTimeout: receivedSeconds,
      messageSystemAttributeNames: ['ApproximateReceiveCount'],
      messageAttributeNames: ['traceparent'],
      shouldDeleteMessages: false,
      authenticationErrorTimeout: 0,
      preReceiveMessageCallback: () => this.beforeReceive(),
      postReceiveMessageCallback: async () => this.received(),
      stopOptions: { abort: true },
    };
  }

  /** At shutdown the pending polls are cut off, which is no outage. */
  failed(error: unknown): void {
    if (!this.stopping.signal.aborted) this.outages.receiving.begins(error);
  }

  onModuleDestroy(): void {
    this.stopping.abort();
  }

  onApplicationShutdown(): void {
    this.client.destroy();
  }

  private received(): void {
    this.lastPollMs = performance.now();
    this.outages.receiving.ends();
  }

  /** Left alone, sqs-consumer asks a dead endpoint again without a pause. */
  private async beforeReceive(): Promise<void> {
    await this.database.open();
    const { receiving } = this.outages;
    if (!receiving.lasting) {
      // A worker that was busy until now has not been silent. One whose polls fail is, however often it tries.
      this.lastPollMs = performance.now();
      return;
    }
    await sleep(receiving.retryDelayMs, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}
