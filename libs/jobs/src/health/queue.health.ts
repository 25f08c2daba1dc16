import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { HealthRegistry, runbook } from '#observability';
import { QueueState } from './queue-state.js';
import { reasonOf } from './reason-of.js';

/** Where the alarms are as well. */
const backlogAbove = 1000;
const oldAboveSeconds = 300;

/** Whether the queue answers, how much waits in it and for how long. */
@Injectable()
export class QueueHealth {
  constructor(
    private readonly health: HealthIndicatorService,
    private readonly state: QueueState,
    registry: HealthRegistry,
  ) {
    registry.add('queue', 'queue-away', () => this.check());
  }

  async check() {
    const startedAt = performance.now();
    const session = this.health.check('queue');
    // For the part of the report that comes from the database: without it the queue's own still counts.
    const aging = this.state.oldestAgeSeconds().catch(() => null);
    try {
      const { waiting, hidden } = await this.state.depth();
      const dlqDepth = (await this.state.deadLetters().catch(() => undefined)) ?? null;
      // The queue's own: a database that hangs is another part's trouble.
      const responseTime = Math.round(performance.now() - startedAt);
      const oldestAgeSeconds = await aging;
      const age = oldestAgeSeconds === null ? '' : `, the oldest for ${oldestAgeSeconds} s`;
      const data = {
        depth: waiting,
        inFlight: hidden,
        oldestAgeSeconds,
        dlqDepth,
        message: `${waiting} waiting${age}`,
        responseTime,
      };
      if ((oldestAgeSeconds ?? 0) > oldAboveSeconds)
        return session.degraded({ ...data, runbook: runbook('queue-age') });
      return waiting > backlogAbove
        ? session.degraded({ ...data, runbook: runbook('queue-backlog') })
        : session.up(data);
    } catch (error) {
      const message = `the queue cannot be read: ${reasonOf(error)}`;
      return session.down({ message, responseTime: Math.round(performance.now() - startedAt) });
    }
  }
}
