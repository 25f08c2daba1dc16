import type { Message } from '@aws-sdk/client-sqs';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '#observability';
import { GatewayError } from '#wire';
import { again, type Disposition } from '../run/disposition.js';
import type { JobRun } from '../run/job-run.js';
import { JobRunner } from '../run/job-runner.js';
import { RunningJobs } from '../run/running-jobs.js';
import { DatabaseGate } from './database-gate.js';
import { HeldMessages } from './held-messages.js';

const maxBackoffSeconds = 300;

/** One queue message from its receipt to its end. */
@Injectable()
export class MessageHandler {
  constructor(
    private readonly held: HeldMessages,
    private readonly runner: JobRunner,
    private readonly running: RunningJobs,
    private readonly database: DatabaseGate,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Never throws. */
  async handle(message: Message): Promise<void> {
    await this.running.track((run) => this.held.during(message.ReceiptHandle ?? '', () => this.dispose(message, run)));
  }

  private async dispose(message: Message, run: JobRun): Promise<Disposition> {
    // Received while polling stopped: another worker takes it.
    if (this.running.stopping) return again(0);
    try {
      return await this.runner.run(jobIdOf(message), run, message.MessageAttributes?.traceparent?.StringValue);
    } catch (error) {
      if (error instanceof GatewayError && error.retryable) this.database.close(error);
      else this.logger.error({ error, metadata: { messageId: message.MessageId } }, 'message could not be handled');
      const receives = Number(message.Attributes?.ApproximateReceiveCount ?? 1);
      return again(Math.min(maxBackoffSeconds, 2 ** receives) * (0.5 + Math.random() / 2));
    }
  }
}

/** Throws for what is no message of ours: after a few receipts it is a dead letter, where an operator finds it. */
function jobIdOf(message: Message): string {
  const body: unknown = JSON.parse(message.Body ?? '');
  if (typeof body === 'object' && body !== null && 'id' in body && typeof body.id === 'string') return body.id;
  throw new Error('the queue message names no job');
}
