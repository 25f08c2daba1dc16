import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { HealthRegistry } from './health-registry.js';

const resolutionMs = 20;
const downAboveMs = 1000;
const degradedAboveMs = 200;

/** A look covers between one and two of these. */
const windowMs = 10_000;

/** How late the event loop runs, p99 of the last seconds: the first sign of a process that is too busy to answer. */
@Injectable()
export class EventLoopHealth implements OnApplicationShutdown {
  private readonly delay = monitorEventLoopDelay({ resolution: resolutionMs });
  private lastWindowMs = 0;
  private turning: NodeJS.Timeout | undefined;

  constructor(
    private readonly health: HealthIndicatorService,
    registry: HealthRegistry,
  ) {
    registry.add('event_loop', 'event-loop-lag', async () => this.check());
  }

  /** From when the process is ready: while it starts, nobody waits for its event loop. */
  watch(): void {
    this.delay.enable();
    this.turning = setInterval(() => {
      this.lastWindowMs = this.thisWindowMs();
      this.delay.reset();
    }, windowMs).unref();
  }

  /** Whoever looks: the answer does not depend on when somebody else has looked. */
  get lagMs(): number {
    return Math.max(this.lastWindowMs, this.thisWindowMs());
  }

  check() {
    const startedAt = performance.now();
    const { lagMs } = this;
    const session = this.health.check('event_loop');
    const data = {
      lagMs,
      message: `p99 lag of the last seconds ${lagMs} ms`,
      responseTime: Math.round(performance.now() - startedAt),
    };
    if (lagMs > downAboveMs) return session.down(data);
    return lagMs > degradedAboveMs ? session.degraded(data) : session.up(data);
  }

  onApplicationShutdown(): void {
    clearInterval(this.turning);
    this.delay.disable();
  }

  /** The histogram counts whole sampling intervals, so an idle loop reads as one resolution. */
  private thisWindowMs(): number {
    return Math.max(0, Math.round(this.delay.percentile(99) / 1e6) - resolutionMs);
  }
}
