import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestProcess } from '#testing';
import { cloudWatchAlarm, errorRateAlarm } from './test/cloudwatch-alarms.js';
import { SeededProduct } from './test/seeded-product.js';

interface EmbeddedLine {
  readonly service: string;
  readonly environment: string;
  readonly _aws: {
    readonly CloudWatchMetrics: readonly { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }[];
  };
  readonly [metric: string]: unknown;
}

let seeded: SeededProduct;

beforeAll(async () => {
  seeded = await SeededProduct.start();
});
afterEach(async () => seeded.mend());
afterAll(async () => seeded.product.stop());

function linesOf(process: TestProcess): EmbeddedLine[] {
  return process.logLines.filter((line) => '_aws' in line) as unknown as EmbeddedLine[];
}

/** What CloudWatch would take out of the lines: only what they declare, with both dimensions. */
function emitted(process: TestProcess, service: string, metric: string): number[] {
  return linesOf(process)
    .filter(({ _aws: embedded, ...line }) => {
      const [{ Namespace, Dimensions, Metrics } = { Namespace: '', Dimensions: [], Metrics: [] }] =
        embedded.CloudWatchMetrics;
      expect([line.service, line.environment, Namespace, Dimensions]).toEqual([
        service,
        'test',
        'ClaudeProxy',
        [['service', 'environment']],
      ]);
      return Metrics.some(({ Name }) => Name === metric);
    })
    .map((line) => Number(line[metric]));
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe('what CloudWatch’s alarms read goes beyond their thresholds when it should:', () => {
  // The first and the last wait for a line; the others pass the time between.
  it('a worker that is stuck, and usage that waits for a database that is away', async () => {
    const heartbeat = cloudWatchAlarm('worker-heartbeat');
    const spool = cloudWatchAlarm('usage-spool-api');
    expect([heartbeat.service, heartbeat.statistic, heartbeat.operator, heartbeat.threshold]).toEqual([
      'worker',
      'SampleCount',
      'LessThanThreshold',
      1,
    ]);
    // The heartbeat is a line's presence, so silence has to count.
    expect(heartbeat.missing).toBe('breaching');
    expect([spool.service, spool.statistic, spool.operator]).toEqual(['api', 'Maximum', 'GreaterThanThreshold']);

    const { worker } = seeded;
    // A test that fails in between must not leave a worker that no signal but SIGKILL ends.
    seeded.afterwards(async () => worker.signal('SIGCONT'));
    seeded.afterwards(() => seeded.cloud.startSupabase());
    worker.signal('SIGSTOP');
    const heartbeats = emitted(worker, heartbeat.service, heartbeat.metric);
    await seeded.cloud.stopSupabase('SIGKILL');
    const { api } = seeded.product;
    await Promise.all(Array.from({ length: 10 }, () => seeded.askTimes(spool.threshold / 20 + 1)));
    // A line that was written meanwhile tells of some of them only.
    await untilLines(api, linesOf(api).length + 1);
    expect(Math.max(...emitted(api, spool.service, spool.metric))).toBeGreaterThan(spool.threshold);
    expect(emitted(worker, heartbeat.service, heartbeat.metric)).toEqual(heartbeats);

    await seeded.mend();
    seeded.afterwards(() => seeded.product.startWorker());
    await worker.stop();
    expect(emitted(worker, heartbeat.service, heartbeat.metric).length).toBeGreaterThan(heartbeats.length);
  }, 180_000);

  it('answers that fail', async () => {
    const { leastAnswers, percent } = errorRateAlarm();
    seeded.product.simulator.script(() => 'status=500');
    await seeded.askTimes(leastAnswers);
    const { api } = seeded.product;
    seeded.afterwards(() => seeded.product.startApi());
    await api.stop();
    const [requests, errors] = ['Requests', 'Errors'].map((metric) => sum(emitted(api, 'api', metric)));
    expect(requests).toBeGreaterThanOrEqual(leastAnswers);
    expect((100 * (errors ?? 0)) / (requests ?? 0)).toBeGreaterThan(percent);
  });

  it('failing jobs', async () => {
    const { metric, service, statistic, operator, threshold } = cloudWatchAlarm('jobs-failing');
    expect([service, statistic, operator]).toEqual(['worker', 'Sum', 'GreaterThanThreshold']);
    seeded.product.simulator.script(() => 'status=400');
    await seeded.runJobs(threshold + 1);
    const { worker } = seeded;
    seeded.afterwards(() => seeded.product.startWorker());
    await worker.stop();
    expect(sum(emitted(worker, service, metric))).toBe(threshold + 1);
  });

  it('a job that waits while the workers are at work, and not the jobs that they work at', async () => {
    const { metric, service, statistic, operator, threshold } = cloudWatchAlarm('queue-age');
    expect([service, statistic, operator]).toEqual(['worker', 'Maximum', 'GreaterThanThreshold']);
    const { worker } = seeded;
    await seeded.keepBusy();
    // What runs has been accepted longest of all, and does not wait.
    await seeded.age('jobs', 'created_at', threshold * 10, { status: 'running' });
    await seeded.age('jobs', 'created_at', threshold + 60, { id: await seeded.enqueue() });
    await untilLines(worker, linesOf(worker).length + 1);
    const ages = emitted(worker, service, metric);
    expect(ages.at(-1)).toBeGreaterThan(threshold);
    expect(ages.at(-1)).toBeLessThan(threshold * 2);
  }, 180_000);
});

/** A line is written in the middle of each minute. */
async function untilLines(process: TestProcess, count: number): Promise<void> {
  while (linesOf(process).length < count) await new Promise((resolve) => setTimeout(resolve, 200));
}
