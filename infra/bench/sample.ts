import type { BenchProcess } from './bench-process.js';
import { laneRequest } from './lane-request.js';
import type { Lane } from './lanes.js';
import type { LoadResult } from './load-job.js';
import type { LoadGenerator } from './load-generator.js';

/** One lane in one round. */
export interface Sample {
  /** Of the measured process, all its threads. */
  readonly cpuMicrosPerRequest: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly rssMb: number;
  readonly answered: number;
  readonly broken: LoadResult['broken'];
}

/** Sends the lane's request that many times to a process, and looks at what that cost it. */
export async function takeSample(
  load: LoadGenerator,
  server: { readonly process: BenchProcess; readonly port: number },
  lane: Lane,
  requests: number,
  connections: number,
): Promise<Sample> {
  const cpuBeforeMs = server.process.cpuMs();
  const result = await load.run({
    port: server.port,
    request: laneRequest(lane),
    expected: lane.expected,
    connections,
    requests,
  });
  const cpuMs = server.process.cpuMs() - cpuBeforeMs;
  return {
    cpuMicrosPerRequest: (cpuMs * 1000) / result.answered,
    requestsPerSecond: result.answered / result.seconds,
    p50Ms: result.latencyMs.p50,
    p99Ms: result.latencyMs.p99,
    rssMb: server.process.rssMb(),
    answered: result.answered,
    broken: result.broken,
  };
}
