import { setTimeout as sleep } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import { type Config, CONFIG } from '#config';
import { LOGGER } from '#observability';
import { JobRun } from './job-run.js';

/** For giving back what did not finish: two calls to two systems that answer within milliseconds. */
const handBackMs = 4000;

/** The runs of this process. At shutdown they may finish until the deadline; then they are stopped and given back to the queue. */
@Injectable()
export class RunningJobs implements OnModuleDestroy, BeforeApplicationShutdown {
  private readonly underway = new Map<Promise<unknown>, JobRun>();
  private closed = false;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  get stopping(): boolean {
    return this.closed;
  }

  get count(): number {
    return this.underway.size;
  }

  /** Keeps the process alive for `work`, up to the deadline. `work` must end soon after its run was interrupted. */
  async track<T>(work: (run: JobRun) => Promise<T>): Promise<T> {
    const run = new JobRun();
    const working = work(run).finally(() => this.underway.delete(working));
    this.underway.set(working, run);
    return working;
  }

  onModuleDestroy(): void {
    this.closed = true;
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.logger.info({ metadata: { running: this.count } }, 'worker stops polling and finishes its jobs');
    await this.settledWithin(this.config.shutdownDeadlineMs);
    if (this.count === 0) return;
    this.logger.warn(
      { metadata: { running: this.count } },
      'jobs go back to the queue: the shutdown deadline has passed',
    );
    for (const run of this.underway.values()) run.interrupt('shutdown');
    await this.settledWithin(handBackMs);
  }

  private async settledWithin(ms: number): Promise<void> {
    await Promise.race([Promise.allSettled(this.underway.keys()), sleep(ms, undefined, { ref: false })]);
  }
}
