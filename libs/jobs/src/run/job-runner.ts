import { Inject, Injectable, Optional } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER, RequestContext, requestContext, traceContextFrom, type Traces, TRACES } from '#observability';
import type { RefusedJobRow } from '#persistence';
import { again, type Disposition, done } from './disposition.js';
import { JobEnding } from './job-ending.js';
import type { JobRun } from './job-run.js';
import { JobWork } from './job-work.js';
import type { LeasedRun } from './leased-run.js';
import { Leases } from './leases.js';

/** Runs a job under a lease, and says what becomes of its message. */
@Injectable()
export class JobRunner {
  constructor(
    private readonly leases: Leases,
    private readonly work: JobWork,
    private readonly ending: JobEnding,
    @Inject(LOGGER) private readonly logger: Logger,
    @Optional() @Inject(TRACES) private readonly traces?: Traces,
  ) {}

  /**
   * Throws `GatewayError` when the database cannot be asked whether the job may be run.
   *
   * @param traceparent of the request that handed the job in, as its queue message has it
   */
  async run(id: string, run: JobRun, traceparent?: string): Promise<Disposition> {
    const row = await this.leases.take(id);
    if (row.outcome !== 'leased') return this.refused(id, row);
    const trace = traceContextFrom(traceparent ?? row.traceparent);
    const context = new RequestContext(row.correlation_id, id, trace);
    context.span = this.traces?.start('process job', 'consumer', trace, {
      'messaging.system': 'aws_sqs',
      'messaging.operation.type': 'process',
      'claude_proxy.job.id': id,
      'claude_proxy.job.attempt': row.attempt,
    });
    return requestContext.run(context, () => this.runLeased({ id, row, run }));
  }

  private async runLeased(leased: LeasedRun): Promise<Disposition> {
    const { run } = leased;
    const keeping = this.leases.keep(leased);
    try {
      return await this.ending.settle(leased, await this.work.attempt(leased));
    } finally {
      requestContext.getStore()?.span?.end(run.interruption ?? run.record?.errorCode);
      await keeping.stop();
    }
  }

  private refused(id: string, { outcome, attempt, lease_expires_at: expiresAt }: RefusedJobRow): Disposition {
    this.logger.info({ metadata: { jobId: id, outcome, attempt } }, `job not run: ${outcome}`);
    return outcome === 'held' ? again(this.leases.secondsLeft(expiresAt)) : done;
  }
}
