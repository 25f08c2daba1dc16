import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { HealthRegistry } from './health-registry.js';

const resolutionMs = 20;
const downAboveMs = 1000;
const degradedAboveMs = 200;

/** How late the event loop runs (p99 since the last look): the first sign of a process that is too busy to answer. */
@Injectable()
export class EventLoopHealth implements OnApplicationShutdown {
  private readonly delay = monitorEventLoopDelay({ resolution: resolutionMs });

  constructor(
    private readonly health: HealthIndicatorService,
    registry: HealthRegistry,
  ) {
    registry.add(async () => this.check());
    this.delay.enable();
  }

  check() {
    const startedAt = performance.now();
    // The histogram counts whole sampling intervals, so an idle loop reads as one resolution.
    const lagMs = Math.max(0, Math.round(this.delay.percentile(99) / 1e6) - resolutionMs);
    this.delay.reset();
    const session = this.health.check('event_loop');
    const data = {
      lagMs,
      message: `p99 lag ${lagMs} ms since the last check`,
      responseTime: Math.round(performance.now() - startedAt),
    };
    if (lagMs > downAboveMs) return session.down(data);
    return lagMs > degradedAboveMs ? session.degraded(data) : session.up(data);
  }

  onApplicationShutdown(): void {
    this.delay.disable();
  }
}
