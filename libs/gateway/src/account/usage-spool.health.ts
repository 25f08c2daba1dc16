import { Injectable, Optional } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { EmbeddedMetrics, HealthRegistry, MetricRegistry } from '#observability';
import { SpoolJournal } from './spool-journal.js';
import { type SpoolState, UsageSpool } from './usage-spool.js';

/** Where the alarm is as well. */
const degradedAboveRows = 1000;

/** About: a row of an operation is longer on disk, one of an attempt shorter. */
const bytesOfRowOnDisk = 500;

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
    embedded.gauge('UsageSpoolDepth', async () => allRows(await spool.state()));
    const depth = metrics
      .gauge('claude_proxy_usage_spool_depth', 'Usage rows in memory that wait for the database')
      .of();
    const onDisk = metrics
      .gauge('claude_proxy_usage_spool_disk_bytes', 'Usage rows that wait for it on disk, in bytes')
      .of();
    const age = metrics
      .gauge(
        'claude_proxy_usage_spool_oldest_age_seconds',
        'Age of the oldest in memory or on disk; 0 where none waits',
      )
      .of();
    const rows = metrics.counter('claude_proxy_usage_rows_total', 'Usage rows that did not take the straight way', [
      'fate',
    ]);
    metrics.onCollect(async () => {
      const state = await spool.state();
      depth.set(state.rows);
      onDisk.set(state.bytesOnDisk);
      age.set(state.oldestAgeSeconds);
      for (const [fate, count] of Object.entries(journal.counts)) rows.of(fate).value = count;
    });
  }

  private async check(spool: UsageSpool) {
    const startedAt = performance.now();
    const session = this.health.check('usage_spool');
    const { rows: depth, bytesOnDisk, oldestAgeSeconds } = await spool.state();
    const { dropped, refused } = this.journal.counts;
    const lost = dropped + refused;
    const data = {
      depth,
      bytesOnDisk,
      oldestAgeSeconds: Math.round(oldestAgeSeconds),
      lost,
      message: [
        `${depth} rows wait`,
        ...(bytesOnDisk === undefined ? ['the spool directory cannot be used'] : []),
        ...(bytesOnDisk !== undefined && bytesOnDisk > 0 ? [`${Math.ceil(bytesOnDisk / 1024)} kB wait on disk`] : []),
        ...(lost > 0 ? [`${lost} are lost`] : []),
      ].join(', '),
      responseTime: Math.round(performance.now() - startedAt),
    };
    return lost > 0 || depth > degradedAboveRows || bytesOnDisk !== 0 ? session.degraded(data) : session.up(data);
  }
}

/** Over an outage most of them are on disk, where whoever counts those in memory sees none. */
function allRows({ rows, bytesOnDisk = 0 }: SpoolState): number {
  return rows + Math.ceil(bytesOnDisk / bytesOfRowOnDisk);
}
