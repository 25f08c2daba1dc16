import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '#testing';
import { BenchProcess } from './bench-process.js';
import { type GatewayOptions, gatewayEnvironment, startGateway } from './gateway-program.js';
import { benchKey, enqueueRequest } from './lane-request.js';
import type { Stage } from './stage.js';

export interface EnqueueRate {
  readonly enqueueP50Ms: number;
  readonly enqueueP99Ms: number;
  readonly enqueuedPerSecond: number;
  /** From the first enqueue to the last stored result, one worker, an embedded database. */
  readonly jobsPerSecond: number;
  readonly broken: number;
}

const connections = 8;
const pollMs = 100;
const finishTimeoutMs = 120_000;

/** How fast durable requests are taken, and how fast they come to a stored result, with the embedded SQS and Supabase. */
export async function enqueueRate(stage: Stage, upstreamPort: number, requests: number): Promise<EnqueueRate> {
  const options: GatewayOptions = {
    core: stage.cores.measured,
    dataDir: stage.dataDir,
    upstreamPort,
    cloudEnv: await stage.cloudEnv(),
  };
  const gateway = await startGateway(options);
  stage.keep(gateway.process);
  const taken = await stage.load.run({
    port: gateway.port,
    request: enqueueRequest(),
    expected: { status: 202, marker: '"job_id"' },
    connections,
    requests,
  });
  const worker = BenchProcess.start({
    name: 'worker',
    args: [join(import.meta.dirname, '../../apps/worker/src/main.js')],
    core: stage.cores.others,
    cwd: stage.dataDir,
    logFile: join(stage.dataDir, 'worker.log'),
    speaks: false,
    env: { ...gatewayEnvironment(options), WORKER_PORT: String(await freePort()) },
  });
  stage.keep(worker);
  const startedMs = performance.now();
  // What was enqueued before is worked off first, so the last of these is the last of all.
  await untilFinished(gateway.port, await enqueueOne(gateway.port));
  const seconds = (performance.now() - startedMs) / 1000;
  await Promise.all([worker.stop(), gateway.process.stop()]);
  return {
    enqueueP50Ms: taken.latencyMs.p50,
    enqueueP99Ms: taken.latencyMs.p99,
    enqueuedPerSecond: taken.answered / taken.seconds,
    jobsPerSecond: (taken.answered + 1) / seconds,
    broken: Object.values(taken.broken).reduce((sum, count) => sum + count, 0),
  };
}

async function enqueueOne(port: number): Promise<string> {
  const request = enqueueRequest();
  const body = request.slice(request.indexOf('\r\n\r\n') + 4);
  const headers = { 'x-api-key': benchKey, 'content-type': 'application/json' };
  const response = await fetch(`http://127.0.0.1:${port}/api/enqueue`, { method: 'POST', headers, body });
  const { job_id: id } = (await response.json()) as { job_id: string };
  return id;
}

async function untilFinished(port: number, id: string): Promise<void> {
  const deadlineMs = performance.now() + finishTimeoutMs;
  while (performance.now() < deadlineMs) {
    const response = await fetch(`http://127.0.0.1:${port}/api/jobs/${id}`, { headers: { 'x-api-key': benchKey } });
    const { finished_at: finishedAt } = (await response.json()) as { finished_at: string | null };
    if (finishedAt !== null) return;
    await delay(pollMs);
  }
  throw new Error(`a job was not finished within ${finishTimeoutMs / 1000} s`);
}
