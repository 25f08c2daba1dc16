import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { type EmbeddedMetric, EmbeddedMetrics, units } from './embedded-metrics.js';

function written(
  prepare: (metrics: EmbeddedMetrics) => void,
  lines: string[] = [],
): { metrics: EmbeddedMetrics; lines: string[] } {
  const logger = pino(
    { base: { service: 'worker', environment: 'staging' }, level: 'error' },
    { write: (line: string) => void lines.push(line) },
  );
  const metrics = new EmbeddedMetrics(logger, { metrics: { embedded: true } });
  prepare(metrics);
  return { metrics, lines };
}

describe('EmbeddedMetrics', () => {
  it('writes one line with sums, distributions and gauges, and none of what does not apply, whatever the log level', async () => {
    const { metrics, lines } = written((embedded) => {
      const failed = embedded.counter('JobsFailed');
      failed();
      failed(2);
      embedded.distribution('OverheadLatency');
      embedded.gauge('QueueDepth', async () => 4);
      embedded.gauge('DlqDepth', () => undefined);
      embedded.gauge('QueueOldestAgeSeconds', () => Promise.reject(new Error('away')));
    });
    await metrics.write();
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      {
        service: 'worker',
        environment: 'staging',
        JobsFailed: 3,
        QueueDepth: 4,
        _aws: {
          CloudWatchMetrics: [
            {
              Namespace: 'ClaudeProxy',
              Dimensions: [['service', 'environment']],
              Metrics: [
                { Name: 'JobsFailed', Unit: 'Count' },
                { Name: 'QueueDepth', Unit: 'Count' },
              ],
            },
          ],
        },
      },
    ]);
    expect(lines[0]).not.toMatch(/OverheadLatency|DlqDepth|QueueOldestAgeSeconds/);
    await metrics.write();
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({ JobsFailed: 0 });
  });

  it('has exactly the names and units that the alarms read', () => {
    const path = join(import.meta.dirname, '../../../../infra/terraform/modules/observability/README.md');
    const rows = readFileSync(path, 'utf8').matchAll(/^\| `(\w+)` \| (\w+) \|/gm);
    const contract = Object.fromEntries([...rows].map(([, name = '', unit = '']) => [name as EmbeddedMetric, unit]));
    expect(units).toEqual(contract);
  });
});
