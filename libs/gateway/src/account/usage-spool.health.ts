import { Injectable, Optional } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { EmbeddedMetrics, HealthRegistry, MetricRegistry } from '#observability';
import { SpoolJournal } from './spool-journal.js';
import { UsageSpool } from './usage-spool.js';

/** Where the alarm is as well. */
const degradedAboveRows = 1000;

/** Usage rows on their way to the ledger. Lost ones are money: after the first, the part stays degraded until the process ends. */
@Injectable()
export class UsageSpoolHealth {
  constructor(
    private readonly health: HealthIndicatorService,
    private readonly journal: SpoolJournal,
    registry: HealthRegistry,
    metrics: MetricRegistry,
    embedded: EmbeddedMetrics,
    @Optional() spool?: UsageSpool,
  ) {
    if (!spool) return;
    registry.add('usage_spool', 'usage-spool', async () => this.check(spool));
    embedded.gauge('UsageSpoolDepth', () => spool.waitingRows);
    const depth = metrics.gauge('claude_proxy_usage_spool_depth', 'Usage rows that wait for the database').of();
    const age = metrics
      .gauge('claude_proxy_usage_spool_oldest_age_seconds', 'Age of the oldest of them; 0 where none waits')
      .of();
    const rows = metrics.counter('claude_proxy_usage_rows_total', 'Usage rows that did not take the straight way', [
      'fate',
    ]);
    metrics.onCollect(() => {
      depth.set(spool.waitingRows);
      age.set(spool.oldestAgeSeconds);
      for (const [fate, count] of Object.entries(journal.counts)) rows.of(fate).value = count;
    });
  }

  private check(spool: UsageSpool) {
    const startedAt = performance.now();
    const session = this.health.check('usage_spool');
    const { waitingRows: depth, oldestAgeSeconds } = spool;
    const { dropped, refused } = this.journal.counts;
    const lost = dropped + refused;
    const data = {
      depth,
      oldestAgeSeconds: Math.round(oldestAgeSeconds),
      lost,
      message: `${depth} rows wait${lost > 0 ? `, ${lost} are lost` : ''}`,
      responseTime: Math.round(performance.now() - startedAt),
    };
    return lost > 0 || depth > degradedAboveRows ? session.degraded(data) : session.up(data);
  }
}
