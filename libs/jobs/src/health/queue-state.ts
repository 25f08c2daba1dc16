import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { type JobCountRow, JobRepository, WorkerHeartbeatRepository, type WorkerRow } from '#persistence';
import { GatewayError } from '#wire';
import { JobQueue, type QueueDepth } from '../queue/job-queue.js';
import { cached } from './cached.js';

const timeoutMs = 2000;
const cacheMs = 1000;

/** Three heartbeats. */
export const liveWithinSeconds = 45;

/** Queue, jobs and workers as health checks and metrics see them. Every method throws `GatewayError` when it cannot be known. */
@Injectable()
export class QueueState {
  readonly depth: () => Promise<QueueDepth>;
  /** Undefined where no dead-letter queue is configured. */
  readonly deadLetters: () => Promise<number | undefined>;
  readonly jobs: () => Promise<JobCountRow[]>;
  readonly liveWorkers: () => Promise<WorkerRow[]>;

  constructor(queue: JobQueue, jobs: JobRepository, heartbeats: WorkerHeartbeatRepository) {
    this.depth = cached(cacheMs, () => queue.depth(AbortSignal.timeout(timeoutMs)));
    this.deadLetters = cached(cacheMs, () => queue.deadLetters(AbortSignal.timeout(timeoutMs)));
    this.jobs = cached(cacheMs, () => inTime(jobs.counts()));
    this.liveWorkers = cached(cacheMs, () => inTime(heartbeats.live(liveWithinSeconds)));
  }

  /** SQS tells no message's age. Null when no job waits. */
  async oldestAgeSeconds(): Promise<number | null> {
    const age = (await this.jobs()).find(({ status }) => status === 'queued')?.oldest_age_seconds;
    return age === undefined || age === null ? null : Math.round(age);
  }
}

async function inTime<T>(reading: Promise<T>): Promise<T> {
  const done = new AbortController();
  const late = async (): Promise<never> => {
    await sleep(timeoutMs, undefined, { ref: false, signal: done.signal });
    throw new GatewayError('unavailable', 'The database does not answer in time');
  };
  try {
    return await Promise.race([reading, late()]);
  } finally {
    done.abort();
  }
}
