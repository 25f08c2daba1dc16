import { laneRequest } from './lane-request.js';
import { liveKbOfEach } from './live-memory.js';
import { baselines } from './lanes.js';
import type { LoadResult } from './load-job.js';
import { median } from './quantiles.js';
import type { Server, Stage } from './stage.js';

export interface PacedStreams {
  readonly streams: number;
  readonly through: 'bare proxy' | 'gateway';
  /** Medians over the rounds. */
  readonly directFirstByteP99Ms: number;
  readonly firstByteP99Ms: number;
  readonly addedFirstByteP99Ms: number;
  /** Of each stream the longest wait between two of its pieces, their 99th percentile. */
  readonly longestGapP99Ms: number;
  /** Live memory of the gateway: what of it is not there without the streams, by stream. */
  readonly liveKbPerStream: number | undefined;
  /** Highest resident memory above what it was before, by stream: V8's young generation breathes in it, by some 50 MB. */
  readonly memoryKbPerStream: number;
  /** Of the measured process: what noise moves least, and what bounds how many streams a core can hold. */
  readonly cpuMicrosPerDelta: number;
  readonly broken: number;
}

export const pace = { deltas: 64, intervalMs: 20 };
const rampMs = pace.deltas * pace.intervalMs;
/** Streams follow each other on every connection, so that all are held at once for most of the time. */
const streamsEach = 3;
const allHeldAfterMs = rampMs * 1.5;

/** Holds so many paced streams at once: with the upstream directly, then through each proxy, in turns. */
export async function pacedStreams(
  stage: Stage,
  servers: { readonly upstream: Server; readonly bare: Server; readonly gateway: Server },
  streams: number,
  rounds: number,
): Promise<PacedStreams[]> {
  const direct: LoadResult[] = [];
  const runs = { 'bare proxy': [] as Held[], gateway: [] as Held[] };
  await hold(stage, servers.gateway, Math.min(streams, 50));
  for (let round = 0; round < rounds; round += 1) {
    direct.push((await hold(stage, servers.upstream, streams)).result);
    runs['bare proxy'].push(await hold(stage, servers.bare, streams));
    runs.gateway.push(await hold(stage, servers.gateway, streams));
  }
  const { process } = servers.gateway;
  const liveKb = await liveKbOfEach(process, streams, () => hold(stage, servers.gateway, streams), allHeldAfterMs);
  return (['bare proxy', 'gateway'] as const).map((through) => {
    const held = runs[through];
    const middle = (pick: (run: Held) => number): number => median(held.map(pick));
    return {
      streams,
      through,
      directFirstByteP99Ms: median(direct.map((result) => result.firstByteMs.p99)),
      firstByteP99Ms: middle(({ result }) => result.firstByteMs.p99),
      addedFirstByteP99Ms: median(
        held.map(({ result }, round) => result.firstByteMs.p99 - (direct[round]?.firstByteMs.p99 ?? 0)),
      ),
      longestGapP99Ms: middle(({ result }) => result.longestGapMs.p99),
      liveKbPerStream: through === 'gateway' ? liveKb : undefined,
      memoryKbPerStream: middle(({ memoryMb }) => (memoryMb * 1024) / streams),
      cpuMicrosPerDelta: middle(({ cpuMicrosPerDelta }) => cpuMicrosPerDelta),
      broken: held.flatMap(({ result }) => Object.values(result.broken)).reduce((sum, count) => sum + count, 0),
    };
  });
}

interface Held {
  readonly result: LoadResult;
  readonly memoryMb: number;
  readonly cpuMicrosPerDelta: number;
}

async function hold(stage: Stage, { port, process }: Server, streams: number): Promise<Held> {
  const { expected, ...lane } = baselines.stream;
  const beforeMb = process.rssMb();
  const cpuBeforeMs = process.cpuMs();
  let highestMb = beforeMb;
  const timer = setInterval(() => {
    highestMb = Math.max(highestMb, process.rssMb());
  }, 100);
  const result = await stage.load.run({
    port,
    request: laneRequest(lane),
    expected,
    connections: streams,
    requests: streams * streamsEach,
    rampMs,
  });
  clearInterval(timer);
  const cpuMicrosPerDelta = ((process.cpuMs() - cpuBeforeMs) * 1000) / (result.answered * pace.deltas);
  return { result, memoryMb: highestMb - beforeMb, cpuMicrosPerDelta };
}
