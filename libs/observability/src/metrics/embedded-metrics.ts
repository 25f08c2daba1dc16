import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { type Config, CONFIG } from '#config';
import { LOGGER } from '../logger.module.js';
import { Distribution } from './distribution.js';

const namespace = 'ClaudeProxy';
const everyMs = 60_000;

/** Names and units as the alarms read them: infra/terraform/modules/observability/README.md. */
export const units = {
  Requests: 'Count',
  Errors: 'Count',
  OverheadLatency: 'Milliseconds',
  FirstByteLatency: 'Milliseconds',
  QueueDepth: 'Count',
  QueueOldestAgeSeconds: 'Seconds',
  DlqDepth: 'Count',
  JobsFailed: 'Count',
  WorkerHeartbeat: 'Count',
  UsageSpoolDepth: 'Count',
} as const;

export type EmbeddedMetric = keyof typeof units;

/** Read when the line is written; undefined for what does not apply or cannot be known. */
type EmbeddedGauge = () => number | undefined | Promise<number | undefined>;

/**
 * What CloudWatch's alarms read: one log line a minute in the embedded metric format. Every line has a point in its own minute, so
 * that a minute without one is a process that does not run. Off, it holds a few counters and nothing else happens.
 */
@Injectable()
export class EmbeddedMetrics implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly sums = new Map<EmbeddedMetric, number>();
  private readonly distributions = new Map<EmbeddedMetric, Distribution>();
  private readonly gauges = new Map<EmbeddedMetric, EmbeddedGauge>();
  private readonly log: Logger;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(LOGGER) logger: Logger,
    @Inject(CONFIG) private readonly config: Pick<Config, 'metrics'>,
  ) {
    // An operator who wants fewer log lines still wants the alarms.
    this.log = logger.child({}, { level: 'info' });
  }

  /** A sum that is told also when it is 0. */
  counter(name: EmbeddedMetric): (amount?: number) => void {
    this.sums.set(name, 0);
    return (amount = 1) => void this.sums.set(name, (this.sums.get(name) ?? 0) + amount);
  }

  distribution(name: EmbeddedMetric): Distribution {
    const distribution = new Distribution();
    this.distributions.set(name, distribution);
    return distribution;
  }

  gauge(name: EmbeddedMetric, read: EmbeddedGauge): void {
    this.gauges.set(name, read);
  }

  onApplicationBootstrap(): void {
    if (this.config.metrics.embedded) this.schedule();
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    if (this.config.metrics.embedded) await this.write();
  }

  /** In the middle of each minute of the clock, so that a late timer does not leave a minute out. */
  private schedule(): void {
    const untilMs = everyMs - ((Date.now() + everyMs / 2) % everyMs);
    this.timer = setTimeout(() => void this.write().finally(() => this.schedule()), untilMs).unref();
  }

  async write(): Promise<void> {
    const values = await this.take();
    const metrics = Object.keys(values).map((name) => ({ Name: name, Unit: units[name as EmbeddedMetric] }));
    if (metrics.length === 0) return;
    this.log.info(
      {
        _aws: {
          Timestamp: Date.now(),
          CloudWatchMetrics: [{ Namespace: namespace, Dimensions: [['service', 'environment']], Metrics: metrics }],
        },
        ...values,
      },
      'metrics',
    );
  }

  private async take(): Promise<Record<string, unknown>> {
    const values: Record<string, unknown> = {};
    for (const [name, sum] of this.sums) {
      values[name] = sum;
      this.sums.set(name, 0);
    }
    for (const [name, distribution] of this.distributions) {
      const summary = distribution.take();
      if (summary !== undefined) values[name] = summary;
    }
    await Promise.all(
      [...this.gauges].map(async ([name, read]) => {
        const value = await Promise.resolve()
          .then(read)
          .catch(() => undefined);
        if (value !== undefined) values[name] = value;
      }),
    );
    return values;
  }
}
