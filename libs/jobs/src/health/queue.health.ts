import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { HealthRegistry } from '#observability';
import { JobRepository } from '#persistence';
import { JobQueue } from '../queue/job-queue.js';

const timeoutMs = 2000;
const cacheMs = 1000;

/** For the part of the report that comes from the database: without it the queue's own still counts. */
const ageTimeoutMs = 1000;

/** Whether the queue answers, how much waits in it and for how long. */
@Injectable()
export class QueueHealth {
  constructor(
    private readonly health: HealthIndicatorService,
    private readonly queue: JobQueue,
    private readonly jobs: JobRepository,
    registry: HealthRegistry,
  ) {
    registry.add(() => this.check());
  }

  check() {
    return this.health
      .check('queue')
      .attempt(async ({ signal }) => {
        const [{ waiting, hidden }, dlqDepth, oldestAgeSeconds] = await Promise.all([
          this.queue.depth(signal),
          this.queue.deadLetters(signal),
          this.oldestAgeSeconds(),
        ]);
        const age = oldestAgeSeconds === null ? '' : `, the oldest for ${oldestAgeSeconds} s`;
        const dead = dlqDepth ? `, ${dlqDepth} dead` : '';
        return {
          depth: waiting,
          inFlight: hidden,
          oldestAgeSeconds,
          dlqDepth: dlqDepth ?? null,
          message: `${waiting} waiting${age}${dead}`,
        };
      })
      .withTimeout(timeoutMs)
      .cacheFor(cacheMs);
  }

  /** SQS tells no message's age. Null when no job waits, or when the database does not answer. */
  private async oldestAgeSeconds(): Promise<number | null> {
    const counts = await Promise.race([this.jobs.counts().catch(() => []), sleep(ageTimeoutMs, [], { ref: false })]);
    const age = counts.find(({ status }) => status === 'queued')?.oldest_age_seconds;
    return age === undefined || age === null ? null : Math.round(age);
  }
}
