import { setTimeout as delay } from 'node:timers/promises';
import { LoadConnection } from './load-connection.js';
import type { LoadJob, LoadResult } from './load-job.js';
import { Tally } from './tally.js';

/** Closed loop: each connection sends its next request when the answer to the last has ended. */
export async function runLoad(job: LoadJob): Promise<LoadResult> {
  const tally = new Tally(job);
  const deadlineMs = performance.now() + (job.maxSeconds ?? Number.POSITIVE_INFINITY) * 1000;
  let sent = 0;
  const take = (): boolean => {
    if (sent >= job.requests || performance.now() > deadlineMs) return false;
    sent += 1;
    return true;
  };
  const connections = Array.from({ length: job.connections }, async (_, index) => {
    if (job.rampMs !== undefined) await delay((job.rampMs * index) / job.connections);
    await new LoadConnection(job, tally, take).run();
  });
  await Promise.all(connections);
  return tally.result();
}
