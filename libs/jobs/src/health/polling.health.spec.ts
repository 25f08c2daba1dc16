import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { HealthIndicatorService } from '@nestjs/terminus';
import { pino } from 'pino';
import { HealthRegistry } from '#observability';
import type { DurableConfig } from '../durable-config.js';
import { Outages } from '../outages.js';
import type { RunningJobs } from '../run/running-jobs.js';
import type { DatabaseGate } from '../worker/database-gate.js';
import { Polling } from '../worker/polling.js';
import { PollingHealth } from './polling.health.js';

const durable = { concurrency: 2, region: 'us-east-1', queueUrl: '' } as DurableConfig;
const denied = new Error('AccessDenied');

let nowMs: number;
let running: { count: number };
let outages: Outages;
let polling: Polling;
let health: PollingHealth;

beforeEach(() => {
  nowMs = 1000;
  jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
  running = { count: 0 };
  outages = new Outages(pino({ level: 'silent' }));
  polling = new Polling({ open: async () => undefined } as DatabaseGate, outages, durable);
  health = new PollingHealth(
    new HealthIndicatorService(),
    polling,
    running as RunningJobs,
    durable,
    new HealthRegistry(),
  );
});
afterEach(() => {
  polling.onModuleDestroy();
  polling.onApplicationShutdown();
  jest.restoreAllMocks();
});

/** As sqs-consumer does it, but for a pause before it, which nobody waits for here. */
async function poll(seconds: number, failure?: Error): Promise<void> {
  const { preReceiveMessageCallback: before, postReceiveMessageCallback: after } = polling.consumer('jobs-1');
  void before?.();
  await setImmediate();
  nowMs += seconds * 1000;
  if (failure === undefined) await after?.();
  else polling.failed(failure);
}

describe('the health of polling', () => {
  it('is up from the start, and while polls are answered, however long they wait', async () => {
    expect(health.check()).toMatchObject({ polling: { status: 'up' } });
    for (let polls = 0; polls < 10; polls += 1) await poll(20);
    expect(health.check()).toMatchObject({ polling: { status: 'up', lastPollSecondsAgo: 0 } });
  });

  it('is degraded after a minute of polls that fail, although the queue is there for all else', async () => {
    for (let polls = 0; polls < 13; polls += 1) {
      await poll(5, denied);
      outages.queue.ends();
    }
    expect(health.working).toBe(false);
    expect(health.check()).toMatchObject({ polling: { status: 'degraded', lastPollSecondsAgo: 65 } });
    await poll(5);
    expect(health.check()).toMatchObject({ polling: { status: 'up', lastPollSecondsAgo: 0 } });
  });

  it('is degraded while it could run more than it runs, and does not ask for it', () => {
    running.count = 1;
    nowMs += 3_600_000;
    expect(health.check()).toMatchObject({ polling: { status: 'degraded', running: 1, lastPollSecondsAgo: 3600 } });
  });

  it('is up while it runs all that it may, and when it asks for more after that', async () => {
    await poll(1);
    running.count = 2;
    nowMs += 3_600_000;
    expect(health.check()).toMatchObject({ polling: { status: 'up', running: 2 } });
    running.count = 1;
    void poll(10);
    await setImmediate();
    expect(health.check()).toMatchObject({ polling: { status: 'up', running: 1 } });
  });
});
