import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { HealthIndicatorService } from '@nestjs/terminus';
import { pino } from 'pino';
import { EmbeddedMetrics, HealthRegistry, MetricRegistry } from '#observability';
import { FakeLedger } from './fake-ledger.fixture.js';
import { SpoolDirectory } from './spool-directory.js';
import { SpoolJournal } from './spool-journal.js';
import { defaultSpoolLimits, UsageSpool } from './usage-spool.js';
import { UsageSpoolHealth } from './usage-spool.health.js';
import { usageOf } from './usage-rows.fixture.js';

let path: string;

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'usage-spool-'));
});
afterEach(() => rm(path, { recursive: true, force: true }));

function declareMetrics(spool: UsageSpool, journal: SpoolJournal, embedded: EmbeddedMetrics): UsageSpoolHealth {
  const [health, metrics] = [new HealthRegistry(), new MetricRegistry()];
  return new UsageSpoolHealth(new HealthIndicatorService(), journal, health, metrics, embedded, spool);
}

describe('UsageSpoolHealth', () => {
  it('tells the alarm of the rows that an outage has put on disk, as of those in memory', async () => {
    const lines: string[] = [];
    const logger = pino({ level: 'silent' }, { write: (line: string) => void lines.push(line) });
    const embedded = new EmbeddedMetrics(logger, { metrics: { embedded: true } });
    const journal = new SpoolJournal(logger);
    const ledger = new FakeLedger();
    const limits = { ...defaultSpoolLimits, flushMs: 1, retryMs: 1, maxRetryMs: 2 };
    const spool = new UsageSpool(ledger, journal, new SpoolDirectory(path, 1024 * 1024 * 1024), limits);
    declareMetrics(spool, journal, embedded);
    const depth = async (): Promise<unknown> => {
      await embedded.write();
      return (JSON.parse(lines.at(-1) ?? '') as { UsageSpoolDepth?: unknown }).UsageSpoolDepth;
    };
    expect(await depth()).toBe(0);

    ledger.away = true;
    for (let count = 0; count < 1000; count += 1) spool.add(usageOf(`operation-${count}`));
    while (spool.waitingRows > 0) await new Promise((resolve) => setTimeout(resolve, 1));
    // infra/terraform/modules/observability: usage_spool_threshold.
    expect(await depth()).toBeGreaterThan(1000);

    ledger.away = false;
    while (ledger.rows.size < 2000) await new Promise((resolve) => setTimeout(resolve, 1));
    await spool.close(5000);
    expect(await depth()).toBe(0);
  });
});
