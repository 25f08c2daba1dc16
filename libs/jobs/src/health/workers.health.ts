import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { HealthRegistry, runbook } from '#observability';
import { publicNameOf } from '../run/worker-identity.js';
import { liveWithinSeconds, QueueState } from './queue-state.js';

/** Whether there is a worker: without one, jobs are still taken, and wait. */
@Injectable()
export class WorkersHealth {
  constructor(
    private readonly health: HealthIndicatorService,
    private readonly state: QueueState,
    registry: HealthRegistry,
  ) {
    registry.add('workers', 'worker-heartbeat', () => this.check());
  }

  async check() {
    const startedAt = performance.now();
    const session = this.health.check('workers');
    const workers = await this.state.liveWorkers().catch(() => undefined);
    const responseTime = Math.round(performance.now() - startedAt);
    if (workers === undefined) {
      return session.degraded({
        message: 'heartbeats cannot be read: the database does not answer',
        responseTime,
        runbook: runbook('database-away'),
      });
    }
    const live = workers.map(({ worker, version, beat_at: beatAt }) => ({
      worker: publicNameOf(worker),
      version,
      beatAt,
    }));
    if (live.length === 0) {
      return session.degraded({
        live,
        message: `no worker has given a sign of life for ${liveWithinSeconds} s`,
        responseTime,
      });
    }
    return session.up({ live, message: `${live.length} alive`, responseTime });
  }
}
