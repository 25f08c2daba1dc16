import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { HealthRegistry, runbook } from '#observability';
import { QueueState } from './queue-state.js';

/** Messages that no worker could deal with: somebody has to look, and nothing else will. */
@Injectable()
export class DeadLettersHealth {
  constructor(
    private readonly health: HealthIndicatorService,
    private readonly state: QueueState,
    registry: HealthRegistry,
  ) {
    registry.add('dead_letters', 'dead-letters', () => this.check());
  }

  async check() {
    const startedAt = performance.now();
    const session = this.health.check('dead_letters');
    const depth = await this.state.deadLetters().catch(() => null);
    const responseTime = Math.round(performance.now() - startedAt);
    if (depth === undefined) return session.up({ message: 'no dead-letter queue is configured', responseTime });
    if (depth === null) {
      const message = 'the dead-letter queue cannot be read';
      return session.degraded({ message, responseTime, runbook: runbook('queue-away') });
    }
    const data = { depth, message: `${depth} dead`, responseTime };
    return depth > 0 ? session.degraded(data) : session.up(data);
  }
}
