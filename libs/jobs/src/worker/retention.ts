import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '#observability';
import { JobRepository, UsageRepository } from '#persistence';
import { DURABLE, type DurableConfig } from '../durable-config.js';
import { repeat, type Repetition } from '../repeat.js';

const sweepEveryMs = 3_600_000;
const firstSweepAfterMs = 5000;
/** Bodies reach 32 MB, and a database ends a statement that takes too long: after a failure the next batch is a tenth. */
const batchRows = 500;
const smallestBatchRows = 5;
/** A day's growth of a big installation in an hour, and no more, so that a first sweep of years shares the database with others. */
const mostBatches = 1000;
const pauseMs = 20;

/** Deletes what is older than JOB_RETENTION_DAYS and USAGE_RETENTION_DAYS. Every worker does: rows that one deletes, others pass over. */
@Injectable()
export class Retention implements OnApplicationBootstrap, OnModuleDestroy {
  private sweeping: Repetition | undefined;

  constructor(
    private readonly jobs: JobRepository,
    private readonly usage: UsageRepository,
    @Inject(DURABLE) private readonly durable: DurableConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.sweeping = repeat(sweepEveryMs, (signal) => this.sweep(signal), firstSweepAfterMs);
  }

  onModuleDestroy(): void {
    void this.sweeping?.stop();
  }

  /** Never rejects: what is not deleted now is an hour later. */
  async sweep(signal: AbortSignal): Promise<void> {
    const { jobDays, usageDays } = this.durable.retention;
    await this.deleteAll('finished jobs', jobDays, (limit) => this.jobs.deleteFinished(jobDays, limit), signal);
    await this.deleteAll(
      'operations of the ledger',
      usageDays,
      (limit) => this.usage.deleteOld(usageDays, limit),
      signal,
    );
  }

  private async deleteAll(
    what: string,
    days: number,
    deleteSome: (limit: number) => Promise<number>,
    signal: AbortSignal,
  ): Promise<void> {
    if (days === 0) return;
    let limit = batchRows;
    let deleted = 0;
    for (let batch = 0; batch < mostBatches && !signal.aborted; batch += 1) {
      try {
        const count = await deleteSome(limit);
        deleted += count;
        if (count < limit) break;
      } catch (error) {
        if (limit <= smallestBatchRows) {
          this.logger.warn({ error, metadata: { days, deleted } }, `old ${what} could not be deleted`);
          return;
        }
        limit = Math.max(smallestBatchRows, Math.floor(limit / 10));
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    if (deleted > 0) this.logger.info({ metadata: { days, deleted } }, `old ${what} deleted`);
  }
}
