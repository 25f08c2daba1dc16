import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { alertRule } from './test/alerts.js';
import { complaintsOf, type ExpectedAlert, hasPromtool } from './test/promtool.js';
import { selectorsWithoutSeries } from './test/rule-selectors.js';
import { ofAnyInstance } from './test/seeded-failure.js';
import { type Scrape, scrape, targetLabels } from './test/scrapes.js';
import { type Part, SeededProduct } from './test/seeded-product.js';

/** More than between two heartbeats of a worker, and about as much as between two scrapes of Prometheus. */
const heartbeatMs = 19_000;

let seeded: SeededProduct;
/** What the clock alone makes grow. */
let ordinary: Scrape;

beforeAll(async () => {
  seeded = await SeededProduct.start();
  const one = await scrape(seeded.processes);
  for (ordinary = new Map(); ordinary.size === 0; await sleep(100)) {
    const grown = [...(await scrape(seeded.processes))].filter(
      ([series, count]) => series.includes('_heartbeats_total') && count > (one.get(series) ?? 0),
    );
    ordinary = new Map(grown.map(([series, count]) => [ofAnyInstance(series), count - (one.get(series) ?? 0)]));
  }
});
afterEach(async () => seeded.mend());
afterAll(async () => seeded.product.stop());

interface Failure {
  /** All being well; absent: it still is. */
  readonly before?: Scrape;
  /** Makes it happen, where it has not happened yet. */
  readonly seed?: () => Promise<unknown>;
  /** What goes on while it lasts, as between two scrapes. */
  readonly traffic?: () => Promise<unknown>;
  /** How long it lasts before the rules are looked at. */
  readonly minutes?: number;
  /** Until Prometheus would have scraped again, so that also what no longer grows is seen. */
  readonly watched?: boolean;
}

/** Scrapes the failure and proves that just these alerts fire. */
async function expectAlerts(
  { seed, traffic, minutes = 20, watched = false, ...given }: Failure,
  alerts: readonly ExpectedAlert[],
): Promise<void> {
  const before = given.before ?? (await scrape(seeded.processes));
  await seed?.();
  const first = await scrape(seeded.processes);
  await traffic?.();
  if (watched) await sleep(heartbeatMs);
  // Where nothing goes on it would be the same, and a process that is stuck is waited for each time.
  const second = traffic === undefined && !watched ? first : await scrape(seeded.processes);
  for (const { alert } of alerts) {
    const without = selectorsWithoutSeries(alert, new Map([...before, ...second]));
    expect({ alert, without }).toEqual({ alert, without: [] });
  }
  if (hasPromtool) expect(complaintsOf({ before, first, second, ordinary, watched }, minutes, alerts)).toBe('');
}

/** `/health` leads to the same section of the runbook as the alert. */
function expectSameRunbook(part: Part | undefined, alert: string): void {
  expect(alertRule(alert).annotations.runbook_url).toMatch(new RegExp(`${part?.runbook}$`));
}

/** The same before the first scrape and between the two: what goes on, and is no single event. */
function goingOn(traffic: () => Promise<unknown>): Failure {
  return { seed: traffic, traffic };
}

const both = (alert: string): ExpectedAlert[] => seeded.processes.map(({ job }) => ({ alert, labels: { job } }));
const ofUpstream = (alert: string): ExpectedAlert => ({ alert, labels: { claude_proxy_upstream: 'anthropic' } });
const burning: readonly ExpectedAlert[] = ['Fast', 'Slow', 'Trickle'].map((pace) => ({
  alert: `ClaudeProxyAvailabilityBurn${pace}`,
}));

const title = 'a failure in running processes fires its alert, and no other';
const only =
  '(the firing is SKIPPED without promtool, of Debian’s package prometheus; only that the metrics are there)';

describe(hasPromtool ? title : `${title} ${only}`, () => {
  it('ordinary traffic: none', async () => {
    const traffic = goingOn(async () => {
      await seeded.askTimes(30);
      await seeded.ask({ 'x-api-key': 'mistyped' });
      await seeded.runJobs(1);
    });
    await expectAlerts(traffic, []);
  });

  it.each([
    ['answers 500', 'status=500', {}, burning],
    ['answers 429', 'status=429 retry-after=none', {}, []],
    ['hangs', 'silence', { 'x-stainless-timeout': '1' }, burning],
    ['breaks its connections', 'reset', {}, burning],
  ])('an upstream that %s', async (_what, step, headers, alerts) => {
    seeded.product.simulator.script(() => step);
    const traffic = goingOn(() => Promise.all(Array.from({ length: 4 }, () => seeded.ask(headers))));
    await expectAlerts({ ...traffic, minutes: 14 }, [ofUpstream('ClaudeProxyUpstreamFailing'), ...alerts]);
    const { upstreams } = (await seeded.health()).details;
    expect(upstreams?.message).toContain('anthropic');
    expectSameRunbook(upstreams, 'ClaudeProxyUpstreamFailing');
  });

  it('an upstream that refuses our key, told by a single request of a quiet night', async () => {
    await seeded.restartApi({ ANTHROPIC_API_KEY: 'invalid-key' });
    const failure: Failure = { seed: async () => expect(await seeded.ask()).toBe(502), minutes: 2 };
    await expectAlerts(failure, [ofUpstream('ClaudeProxyUpstreamKeyRejected')]);
    expectSameRunbook(await seeded.untilPart('upstreams', 'degraded'), 'ClaudeProxyUpstreamKeyRejected');
  });

  it('a database that is away; and in time, the usage that waits for it', async () => {
    const before = await scrape(seeded.processes);
    seeded.afterwards(() => seeded.cloud.startSupabase());
    await seeded.cloud.stopSupabase('SIGKILL');
    for (const scraped of seeded.processes) {
      expectSameRunbook(await seeded.untilPart('database', 'down', scraped), 'ClaudeProxyDatabaseAway');
    }
    const away = both('ClaudeProxyDatabaseAway');
    await expectAlerts({ before, ...goingOn(() => seeded.askTimes(5)), watched: true }, away);

    // Two rows each.
    await Promise.all(Array.from({ length: 10 }, () => seeded.askTimes(51)));
    expectSameRunbook(await seeded.untilPart('usage_spool', 'degraded'), 'ClaudeProxyUsageSpool');
    const waiting = { alert: 'ClaudeProxyUsageSpool', labels: { job: 'claude-proxy-api' } };
    await expectAlerts({ before }, [...away, waiting]);
  });

  it('a queue that is away', async () => {
    const before = await scrape(seeded.processes);
    seeded.afterwards(() => seeded.cloud.startSqs());
    await seeded.cloud.stopSqs('SIGKILL');
    for (const scraped of seeded.processes) {
      expectSameRunbook(await seeded.untilPart('queue', 'down', scraped), 'ClaudeProxyQueueAway');
    }
    await expectAlerts({ before, traffic: () => seeded.enqueue(), watched: true }, both('ClaudeProxyQueueAway'));
  });

  it('over a thousand jobs that the workers do not get to', async () => {
    await seeded.keepBusy();
    const before = await scrape(seeded.processes);
    await seeded.sendTo('claude-proxy-jobs', 1010);
    expectSameRunbook(await seeded.untilPart('queue', 'degraded'), 'ClaudeProxyQueueBacklog');
    await expectAlerts({ before }, [{ alert: 'ClaudeProxyQueueBacklog' }]);
  });

  it('a job that has waited for more than five minutes', async () => {
    await seeded.keepBusy();
    const before = await scrape(seeded.processes);
    await seeded.age('jobs', 'created_at', 360, { id: await seeded.enqueue() });
    expectSameRunbook(await seeded.untilPart('queue', 'degraded'), 'ClaudeProxyQueueAge');
    await expectAlerts({ before }, [{ alert: 'ClaudeProxyQueueAge' }]);
  });

  it('jobs that end as failed', async () => {
    seeded.product.simulator.script(() => 'status=400');
    const traffic = goingOn(() => seeded.runJobs(3));
    await expectAlerts(traffic, [{ alert: 'ClaudeProxyJobsFailing' }]);
  });

  it('messages that nobody could handle', async () => {
    const before = await scrape(seeded.processes);
    await seeded.sendTo('claude-proxy-jobs-dlq', 10);
    expectSameRunbook(await seeded.untilPart('dead_letters', 'degraded'), 'ClaudeProxyDeadLetters');
    await expectAlerts({ before }, [{ alert: 'ClaudeProxyDeadLetters' }]);
  });

  it('a worker that is stuck', async () => {
    const before = await scrape(seeded.processes);
    seeded.replaceWorkerAfterwards();
    seeded.worker.signal('SIGSTOP');
    await seeded.age('worker_heartbeats', 'beat_at', 60, {});
    expectSameRunbook(await seeded.untilPart('workers', 'degraded'), 'ClaudeProxyWorkerHeartbeat');
    await expectAlerts({ before }, [{ alert: 'ClaudeProxyWorkerHeartbeat' }, targetAway(1)]);
  });

  it('an API that is gone', async () => {
    seeded.afterwards(() => seeded.product.startApi());
    const failure: Failure = { seed: () => seeded.product.api.stop('SIGKILL') };
    await expectAlerts(failure, [{ alert: 'ClaudeProxyNoTargets' }, targetAway(0)]);
  });

  it('memory that is used up', async () => {
    const before = await scrape(seeded.processes);
    await seeded.restartApi({ HEALTH_MEMORY_LIMIT_MB: '1' });
    expectSameRunbook(await seeded.untilPart('memory', 'down'), 'ClaudeProxyMemoryPressure');
    await expectAlerts({ before }, [{ alert: 'ClaudeProxyMemoryPressure', labels: { job: 'claude-proxy-api' } }]);
  });

  it('an event loop that stalls again and again', async () => {
    const before = await scrape(seeded.processes);
    const { api } = seeded.product;
    // It would remember its stalls for twenty seconds.
    seeded.replaceApiAfterwards();
    let eventLoop: Part | undefined;
    while (eventLoop?.status === undefined || eventLoop.status === 'up') {
      for (let count = 0; count < 8; count += 1) {
        api.signal('SIGSTOP');
        await sleep(300);
        api.signal('SIGCONT');
        await sleep(20);
      }
      eventLoop = (await seeded.health()).details.event_loop;
    }
    expectSameRunbook(eventLoop, 'ClaudeProxyEventLoopLag');
    await expectAlerts({ before }, [{ alert: 'ClaudeProxyEventLoopLag', labels: { job: 'claude-proxy-api' } }]);
  });

  it('somebody who tries keys', async () => {
    const traffic = goingOn(() => seeded.askTimes(10, { 'x-api-key': 'guessed' }));
    await expectAlerts(traffic, [{ alert: 'ClaudeProxyUnknownKeys' }]);
  });
});

function targetAway(index: 0 | 1): ExpectedAlert {
  const { job, instance } = targetLabels(seeded.processes[index]);
  return { alert: 'ClaudeProxyTargetAway', labels: { job, instance } };
}
