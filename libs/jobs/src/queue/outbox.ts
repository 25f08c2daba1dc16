import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { JobRepository } from '#persistence';
import { Outages } from '../outages.js';
import { JobQueue, type QueuedJob, sendLimit } from './job-queue.js';

const sweepLimit = 100;

/** Longer than a call to SQS takes with its retries, so that a slow sender and the sweeper do not both send. */
const claimSeconds = 10;

const lookTimeoutMs = 2000;

/** Committed jobs on their way to the queue. A row that was committed and never sent is sent by a later sweep, of any process. */
@Injectable()
export class Outbox implements BeforeApplicationShutdown {
  private readonly underway = new Set<Promise<unknown>>();

  constructor(
    private readonly jobs: JobRepository,
    private readonly queue: JobQueue,
    private readonly outages: Outages,
  ) {}

  /** Sends a job that has just been committed, without keeping its client waiting. Failing is no loss. */
  post(job: QueuedJob): void {
    const sending = this.deliver([job]).finally(() => this.underway.delete(sending));
    this.underway.add(sending);
  }

  /** Sends what was committed and never sent, and what was sent and lost. Returns whether there may be more. */
  async sweep(): Promise<boolean> {
    if (this.outages.queue.lasting) await this.lookForQueue();
    try {
      const unsent = await this.jobs.claimUnsent({ limit: sweepLimit, claimSeconds });
      this.outages.database.ends();
      const jobs = unsent.map((row) => ({
        id: row.id,
        correlationId: row.correlation_id,
        traceparent: row.traceparent ?? undefined,
      }));
      for (let start = 0; start < jobs.length; start += sendLimit) {
        if (!(await this.deliver(jobs.slice(start, start + sendLimit)))) return false;
      }
      return jobs.length === sweepLimit;
    } catch (error) {
      this.outages.database.begins(error);
      return false;
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.underway);
  }

  /** The end of an outage is noticed also where others do the sending. */
  private async lookForQueue(): Promise<void> {
    try {
      await this.queue.depth(AbortSignal.timeout(lookTimeoutMs));
      this.outages.queue.ends();
    } catch (error) {
      this.outages.queue.begins(error);
    }
  }

  /** Never throws. False when some were not sent. */
  private async deliver(jobs: readonly QueuedJob[]): Promise<boolean> {
    let sent: string[];
    try {
      sent = await this.queue.send(jobs);
      this.outages.queue.ends();
    } catch (error) {
      this.outages.queue.begins(error);
      return false;
    }
    // A job that cannot be marked is sent again later, and its second message finds nothing to do.
    const marked = await Promise.allSettled(sent.map((id) => this.jobs.markSent(id)));
    return sent.length === jobs.length && marked.every(({ status }) => status === 'fulfilled');
  }
}
