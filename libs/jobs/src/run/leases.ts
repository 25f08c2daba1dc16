import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '#observability';
import { JobRepository, type LeaseJobRow } from '#persistence';
import { DURABLE, type DurableConfig } from '../durable-config.js';
import { repeat, type Repetition } from '../repeat.js';
import { untilAvailable } from '../until-available.js';
import type { LeasedRun } from './leased-run.js';
import { WorkerIdentity } from './worker-identity.js';

/** How long a lease is asked for again where the answer may have got lost: a run that began and is nobody's would keep the job. */
const patienceMs = 1000;

/** A worker's claims on jobs. */
@Injectable()
export class Leases {
  constructor(
    private readonly jobs: JobRepository,
    private readonly identity: WorkerIdentity,
    @Inject(DURABLE) private readonly durable: DurableConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Throws `GatewayError('unavailable')`. */
  async take(id: string): Promise<LeaseJobRow> {
    const lease = randomUUID();
    const { name } = this.identity;
    const { answer } = await untilAvailable(
      () => this.jobs.lease(id, name, this.durable.leaseSeconds, lease),
      AbortSignal.timeout(patienceMs),
    );
    return answer;
  }

  /** Renews the lease until it is stopped, and stops the run at once when the lease is another's. */
  keep({ id, row: { lease }, run }: LeasedRun): Repetition {
    return repeat((this.durable.leaseSeconds * 1000) / 3, async () => {
      try {
        if (!(await this.jobs.extendLease(id, lease, this.durable.leaseSeconds))) run.interrupt('lease_lost');
      } catch (error) {
        // Nobody else can lease while the database is away, and what is written later is fenced.
        this.logger.warn({ error, metadata: { jobId: id } }, 'lease not renewed');
      }
    });
  }

  /**
   * Until another's lease has run out, by this machine's clock. Where that says that a lease which is held has run out, it is wrong,
   * and asking again at once would use up the message's deliveries.
   */
  secondsLeft(expiresAt: string | null): number {
    const { leaseSeconds } = this.durable;
    const leftSeconds = expiresAt === null ? 0 : (new Date(expiresAt).getTime() - Date.now()) / 1000;
    return leftSeconds > 0 ? Math.min(leftSeconds, leaseSeconds) + 1 : leaseSeconds / 3;
  }
}
