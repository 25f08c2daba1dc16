import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '#observability';
import { DURABLE, type DurableConfig } from '../durable-config.js';
import { JobQueue, type QueuedJob } from '../queue/job-queue.js';
import { repeat } from '../repeat.js';
import type { Disposition } from '../run/disposition.js';
import { heldSeconds } from './visibility.js';

/** Messages that this worker has received and not yet settled. */
@Injectable()
export class HeldMessages {
  constructor(
    private readonly queue: JobQueue,
    @Inject(DURABLE) private readonly durable: DurableConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Keeps a message hidden while `work` goes on, then does with it what `work` says. Throws what `work` throws; trouble with the
   * queue is no failure: the message comes again, and finds its job finished or free.
   */
  async during(receipt: string, work: () => Promise<Disposition>): Promise<void> {
    const hiding = repeat((this.durable.leaseSeconds * 1000) / 3, () => this.keepHidden(receipt), 0);
    let disposition: Disposition;
    try {
      disposition = await work();
    } finally {
      // Before the last word on the message, so that a late extension cannot hide it again.
      await hiding.stop();
    }
    try {
      if (disposition.done || (await this.sentAnew(disposition.resting, disposition.againInSeconds)))
        await this.queue.acknowledge(receipt);
      else await this.queue.hide(receipt, disposition.againInSeconds);
    } catch (error) {
      this.logger.warn({ error }, 'the queue message could not be acknowledged or returned');
    }
  }

  /**
   * Whether the job has another message by now. The old one is acknowledged only then: a process that dies in between leaves both, and
   * the lease turns one away.
   */
  private async sentAnew(resting: QueuedJob | undefined, afterSeconds: number): Promise<boolean> {
    if (resting === undefined) return false;
    try {
      return (await this.queue.send([resting], afterSeconds)).length === 1;
    } catch (error) {
      this.logger.warn(
        { error, metadata: { jobId: resting.id } },
        'the delayed message of a resting job could not be sent: its old one stays',
      );
      return false;
    }
  }

  private async keepHidden(receipt: string): Promise<void> {
    try {
      await this.queue.hide(receipt, heldSeconds(this.durable));
    } catch (error) {
      this.logger.warn({ error }, 'the visibility of a queue message could not be extended');
    }
  }
}
