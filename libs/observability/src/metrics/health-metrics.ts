import { Injectable } from '@nestjs/common';
import { HealthReport } from '../health-report.js';
import { MetricRegistry } from './metric-registry.js';

const severities: Readonly<Record<string, number>> = { up: 0, degraded: 1, down: 2 };

/** The health report as a metric, so that every part that can be unwell has an alert. */
@Injectable()
export class HealthMetrics {
  constructor(registry: MetricRegistry, report: HealthReport) {
    const severity = registry.gauge('claude_proxy_health_severity', 'Parts of /health: 0 up, 1 degraded, 2 down', [
      'part',
    ]);
    registry.onCollect(async () => {
      const { details } = await report.result();
      for (const [part, { status }] of Object.entries(details)) severity.of(part).set(severities[status]);
    });
  }
}
