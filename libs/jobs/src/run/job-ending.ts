import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { operationLogFields, usageRowsOf } from '#gateway';
import { LOGGER } from '#observability';
import { type JobEnd, JobRepository, type UsageBatch, UsageRepository } from '#persistence';
import { GatewayError } from '#wire';
import { DURABLE, type DurableConfig } from '../durable-config.js';
import { untilAvailable } from '../until-available.js';
import { again, type Disposition, done, rest } from './disposition.js';
import type { JobRun } from './job-run.js';
import { JobRunMetrics, type RunEnding } from './job-run-metrics.js';
import type { WorkOutcome } from './job-work.js';
import type { LeasedRun } from './leased-run.js';
import { refusalOf } from './refusal-of.js';
import { retryDelaySeconds } from './retry-delay.js';

/** A run that called nobody rests as long as one after its fifth attempt, 16 to 32 s: about what a breaker stays open at most. */
const sparedAttempt = 5;

interface ToldEnding {
  readonly ending: RunEnding;
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly error?: unknown;
}

/** What a run leaves behind: a result and its charge in one transaction, or the job for another run. */
@Injectable()
export class JobEnding {
  constructor(
    private readonly jobs: JobRepository,
    private readonly usage: UsageRepository,
    @Inject(DURABLE) private readonly durable: DurableConfig,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly metrics: JobRunMetrics,
  ) {}

  /** Never throws: what could not be stored is done again by whoever gets the message next. */
  async settle(leased: LeasedRun, outcome: WorkOutcome): Promise<Disposition> {
    const { row, run } = leased;
    try {
      if (outcome.answer !== undefined)
        return await this.finish(leased, { status: 'succeeded', result: outcome.answer });
      if (run.interruption !== undefined) return await this.giveBack(leased);
      const { error } = outcome;
      if (error.retryable && (calledNobody(run) || row.attempt < row.max_attempts))
        return await this.retryLater(leased, error);
      return await this.finish(leased, { status: 'failed', ...refusalOf(error) });
    } catch (error) {
      this.ended(leased, {
        ending: 'unsettled',
        level: 'error',
        message: 'the end of a job could not be stored',
        error,
      });
      return again(this.durable.leaseSeconds + 1);
    }
  }

  private async finish(leased: LeasedRun, end: JobEnd): Promise<Disposition> {
    const { id, run } = leased;
    const usage = usageOf(leased, id);
    const { answer, repeated } = await untilAvailable(() => this.storeEnd(leased, { ...end, usage }), run.signal);
    // After a call that was cut off, "not yours" may mean that it had stored everything already.
    const stored = answer ?? (repeated ? await this.storedBefore(leased) : undefined);
    if (stored !== undefined) {
      const level = stored === 'succeeded' ? 'info' : 'warn';
      this.ended(leased, { ending: stored, level, message: `job ${stored}` });
      return done;
    }
    await this.recordRun(leased);
    this.ended(leased, { ending: 'lost', level: 'warn', message: 'result not stored: the lease was lost' });
    return again(this.durable.leaseSeconds + 1);
  }

  /**
   * As what the job has ended; undefined when the lease was lost. An answer that the database will never take must not be asked for
   * again and again.
   */
  private async storeEnd(leased: LeasedRun, end: JobEnd): Promise<JobEnd['status'] | undefined> {
    const { id, row } = leased;
    try {
      return (await this.jobs.finish(id, row.lease, end)) ? end.status : undefined;
    } catch (error) {
      if (!(error instanceof GatewayError && error.code === 'internal') || end.result === undefined) throw error;
      this.logger.error({ error, metadata: { jobId: id } }, 'the database refuses the result');
      const refused = { code: error.code, message: error.message };
      return this.storeEnd(leased, { status: 'failed', error: refused, usage: end.usage });
    }
  }

  /**
   * As what this run has ended the job already, if it has. Another run's end would come with more attempts, or for want of them
   * without a run.
   */
  private async storedBefore({ id, row, run }: LeasedRun): Promise<JobEnd['status'] | undefined> {
    const { answer: job } = await untilAvailable(() => this.jobs.find(id, row.key_id), run.signal);
    if (job?.attempt !== row.attempt || job.error?.code === 'attempts_exhausted') return undefined;
    return job.status === 'succeeded' || job.status === 'failed' ? job.status : undefined;
  }

  private async retryLater(leased: LeasedRun, error: GatewayError): Promise<Disposition> {
    const { id, row, run } = leased;
    await this.recordRun(leased);
    const spared = calledNobody(run);
    await untilAvailable(() => this.jobs.release(id, row.lease, !spared), run.signal);
    const seconds = retryDelaySeconds(spared ? sparedAttempt : row.attempt, error);
    this.ended(leased, { ending: 'retried', level: 'warn', message: 'job failed and is tried again', error });
    return rest({ id, correlationId: row.correlation_id, traceparent: row.traceparent ?? undefined }, seconds);
  }

  private async giveBack(leased: LeasedRun): Promise<Disposition> {
    const { id, row, run } = leased;
    if (run.interruption === 'lease_lost') {
      this.ended(leased, { ending: 'lost', level: 'warn', message: 'job stopped: the lease was lost' });
      await this.recordRun(leased);
      return again(this.durable.leaseSeconds + 1);
    }
    try {
      await this.jobs.release(id, row.lease, false);
      this.ended(leased, { ending: 'returned', level: 'warn', message: 'job given back to the queue' });
    } finally {
      await this.recordRun(leased);
    }
    return again(0);
  }

  /** On record under an id of its own: the job's is for the run that finishes it. Never throws: the job comes first. */
  private async recordRun(leased: LeasedRun): Promise<void> {
    const { id, row, run } = leased;
    const batch = usageOf(leased, `${id}.${row.lease}`);
    if (batch === undefined) return;
    try {
      await untilAvailable(() => this.usage.record(batch), run.signal);
    } catch (error) {
      this.logger.error({ error, metadata: { jobId: id } }, 'the usage of a job’s run could not be recorded');
    }
  }

  /** The run's one log line. */
  private ended({ id, row, run: { record } }: LeasedRun, { ending, level, message, error }: ToldEnding): void {
    this.metrics.ended(ending);
    this.logger[level](
      {
        ...(error !== undefined && { error }),
        metadata: {
          jobId: id,
          attempt: row.attempt,
          run: ending,
          key: row.key_id,
          modelAsked: row.model,
          ...(record && operationLogFields(record)),
        },
      },
      message,
    );
  }
}

/**
 * All of the upstream's slots were taken, or its breaker open: no attempt of the job's. While one slow call probes an upstream, the
 * others would use up all their attempts within half a minute.
 */
function calledNobody({ record }: JobRun): boolean {
  return record?.attempts.length === 0;
}

/** Undefined for a run that called no upstream. */
function usageOf({ id, row, run }: LeasedRun, operationId: string): UsageBatch | undefined {
  if (run.record === undefined || run.record.attempts.length === 0) return undefined;
  return usageRowsOf(run.record, { id, model: row.model }, operationId);
}
