import { hostname } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { HealthIndicatorService } from '@nestjs/terminus';
import { HealthRegistry } from '#observability';
import { WorkerIdentity } from '../run/worker-identity.js';
import type { QueueState } from './queue-state.js';
import { WorkersHealth } from './workers.health.js';

function reportOf(workers: readonly string[]) {
  const rows = workers.map((worker) => ({ worker, version: '1.0.0', started_at: 'then', beat_at: 'now' }));
  const state = { liveWorkers: async () => rows } as unknown as QueueState;
  return new WorkersHealth(new HealthIndicatorService(), state, new HealthRegistry()).check();
}

describe('the health of the workers', () => {
  it('tells them apart without naming hosts or processes, because anyone may read it', async () => {
    const { workers } = await reportOf([new WorkerIdentity().name, new WorkerIdentity().name]);
    const worker = expect.stringMatching(/^[0-9a-f]{8}$/);
    const one = { worker, version: '1.0.0', beatAt: 'now' };
    expect(workers).toMatchObject({ status: 'up', live: [one, one], message: '2 alive' });
    expect(JSON.stringify(workers)).not.toContain(hostname());
  });

  it('is degraded where there is none', async () => {
    expect(await reportOf([])).toMatchObject({ workers: { status: 'degraded', live: [] } });
  });
});
