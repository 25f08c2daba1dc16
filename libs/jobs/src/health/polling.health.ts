import { Inject, Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { HealthRegistry } from '#observability';
import { DURABLE, type DurableConfig } from '../durable-config.js';
import { RunningJobs } from '../run/running-jobs.js';
import { Polling } from '../worker/polling.js';

/** A poll waits ten seconds; more than a minute without an answer is a worker that takes no work. */
const silentAfterMs = 60_000;

/** Whether this worker takes or runs jobs. */
@Injectable()
export class PollingHealth {
  constructor(
    private readonly health: HealthIndicatorService,
    private readonly polling: Polling,
    private readonly running: RunningJobs,
    @Inject(DURABLE) private readonly durable: DurableConfig,
    registry: HealthRegistry,
  ) {
    registry.add('polling', 'worker-heartbeat', async () => this.check());
  }

  /** One that is busy with all it may run need not ask for more. */
  get working(): boolean {
    return this.running.count >= this.durable.concurrency || this.polling.sinceLastPollMs < silentAfterMs;
  }

  check() {
    const startedAt = performance.now();
    const session = this.health.check('polling');
    const secondsAgo = Math.round(this.polling.sinceLastPollMs / 1000);
    const data = {
      running: this.running.count,
      lastPollSecondsAgo: secondsAgo,
      message: `${this.running.count} running, last poll ${secondsAgo} s ago`,
      responseTime: Math.round(performance.now() - startedAt),
    };
    return this.working ? session.up(data) : session.degraded(data);
  }
}
