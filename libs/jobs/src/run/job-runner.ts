import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER, RequestContext, requestContext } from '#observability';
import type { LeasedJobRow, RefusedJobRow } from '#persistence';
import { again, type Disposition, done } from './disposition.js';
import { JobEnding } from './job-ending.js';
import type { JobRun } from './job-run.js';
import { JobWork } from './job-work.js';
import { Leases } from './leases.js';

/** Runs a job under a lease, and says what becomes of its message. */
@Injectable()
export class JobRunner {
  constructor(
    private readonly leases: Leases,
    private readonly work: JobWork,
    private readonly ending: JobEnding,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Throws `GatewayError` when the database cannot be asked whether the job may be run. */
  async run(id: string, run: JobRun): Promise<Disposition> {
    const row = await this.leases.take(id);
    if (row.outcome !== 'leased') return this.refused(id, row);
    return requestContext.run(new RequestContext(row.correlation_id, id), () => this.runLeased(id, row, run));
  }

  private async runLeased(id: string, row: LeasedJobRow, run: JobRun): Promise<Disposition> {
    const keeping = this.leases.keep(id, row.lease, run);
    try {
      return await this.ending.settle(id, row, run, await this.work.attempt(id, row, run));
    } finally {
      await keeping.stop();
    }
  }

  private refused(id: string, { outcome, attempt, lease_expires_at: expiresAt }: RefusedJobRow): Disposition {
    this.logger.info({ metadata: { jobId: id, outcome, attempt } }, `job not run: ${outcome}`);
    return outcome === 'held' ? again(this.leases.secondsLeft(expiresAt)) : done;
  }
}
