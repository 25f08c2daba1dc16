import { setTimeout as delay } from 'node:timers/promises';
import { LoadConnection } from './load-connection.js';
import type { LoadJob, LoadResult } from './load-job.js';
import { Tally } from './tally.js';

/** Sends what the job says, and counts the answers. */
export async function runLoad(job: LoadJob): Promise<LoadResult> {
  const tally = new Tally(job);
  const deadlineMs = performance.now() + (job.maxSeconds ?? Number.POSITIVE_INFINITY) * 1000;
  let sent = 0;
  const startedMs = performance.now();
  const take = (): number | undefined => {
    const nowMs = performance.now();
    const dueMs = job.perSecond === undefined ? nowMs : startedMs + (sent / job.perSecond) * 1000;
    if (sent >= job.requests || Math.max(nowMs, dueMs) > deadlineMs) return undefined;
    sent += 1;
    return dueMs;
  };
  const connections = Array.from({ length: job.connections }, async (_, index) => {
    if (job.rampMs !== undefined) await delay((job.rampMs * index) / job.connections);
    await new LoadConnection(job, tally, take).run();
  });
  await Promise.all(connections);
  return tally.result();
}
