import type { BenchOptions } from './bench-options.js';
import { baselines, type Lane } from './lanes.js';
import { median } from './quantiles.js';
import { type Sample, takeSample } from './sample.js';
import { shuffled } from './shuffled.js';
import type { Server, Stage } from './stage.js';

export interface LaneResult {
  readonly lane: string;
  readonly bar?: number;
  /** Medians over the rounds. */
  readonly cpuMicrosPerRequest: number;
  /** Of CPU to the bare proxy's in the same round; median over the rounds. */
  readonly ratio: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly rssMb: number;
  readonly broken: number;
  readonly samples: readonly Sample[];
}

/** Until V8 has compiled the path for good: the first thousands of requests cost twice what they cost after 15,000. */
export const warmUpRounds = 4;

export interface LaneServer {
  readonly lane: Lane;
  readonly server: Server;
}

/**
 * Rounds of all lanes beside the bare proxy: absolute times drift on a shared machine, the ratio of two that are taken in
 * the same half minute does not. The first round warms up and does not count.
 */
export async function measureLanes(
  stage: Stage,
  bare: Server,
  others: readonly LaneServer[],
  options: BenchOptions,
  say: (text: string) => void,
): Promise<LaneResult[]> {
  const measured: LaneServer[] = [...Object.values(baselines).map((lane) => ({ lane, server: bare })), ...others];
  const samples = new Map<Lane, Sample[]>(measured.map(({ lane }) => [lane, []]));
  say('warming up');
  for (const { lane, server } of measured) {
    await takeSample(stage.load, server, lane, requestsOf(lane, options) * warmUpRounds, options.connections);
  }
  for (let round = 1; round <= options.rounds; round += 1) {
    say(`round ${round} of ${options.rounds}`);
    for (const { lane, server } of shuffled(measured, options.seed + round)) {
      samples
        .get(lane)
        ?.push(await takeSample(stage.load, server, lane, requestsOf(lane, options), options.connections));
    }
  }
  return measured.map(({ lane }) => {
    const own = samples.get(lane) ?? [];
    const baseline = samples.get(lane.stream ? baselines.stream : baselines.plain) ?? [];
    return summary(lane, own, baseline);
  });
}

export function requestsOf({ stream }: Lane, { quick, requests }: BenchOptions): number {
  if (requests !== undefined) return requests;
  if (quick) return stream ? 100 : 300;
  return stream ? 1500 : 4000;
}

function summary(lane: Lane, own: readonly Sample[], bare: readonly Sample[]): LaneResult {
  const middle = (pick: (sample: Sample) => number): number => median(own.map(pick));
  const ratios = own.map(
    (sample, index) => sample.cpuMicrosPerRequest / (bare[index]?.cpuMicrosPerRequest ?? Number.NaN),
  );
  return {
    lane: lane.name,
    bar: lane.bar,
    cpuMicrosPerRequest: middle((sample) => sample.cpuMicrosPerRequest),
    ratio: median(ratios),
    requestsPerSecond: middle((sample) => sample.requestsPerSecond),
    p50Ms: middle((sample) => sample.p50Ms),
    p99Ms: middle((sample) => sample.p99Ms),
    rssMb: middle((sample) => sample.rssMb),
    broken: own.flatMap((sample) => Object.values(sample.broken)).reduce((sum, count) => sum + count, 0),
    samples: own,
  };
}
