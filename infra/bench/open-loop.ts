import { laneRequest } from './lane-request.js';
import { baselines } from './lanes.js';
import type { LoadResult } from './load-job.js';
import { median } from './quantiles.js';
import type { Server, Stage } from './stage.js';

export interface OpenLoop {
  readonly through: 'bare proxy' | 'gateway';
  /** The highest rate tried that was kept, with at most `addedP99BarMs` added; 0 for none. */
  readonly highestPerSecond: number;
  /** Of every rate tried; the last two were not kept. Medians over the rounds. */
  readonly points: readonly { readonly perSecond: number; readonly addedP99Ms: number; readonly kept: boolean }[];
}

export const addedP99BarMs = 5;

const lowestPerSecond = 500;
const step = 1.25;
/** A request that comes due finds one free, unless answers take longer than that many are apart. */
const connections = 128;
/** Of the requests that came due in time, how many were answered in it. */
const keptShare = 0.98;

/** Requests that come whether or not the last have been answered: the highest rate that adds little, by steps of a quarter. */
export async function openLoop(
  stage: Stage,
  servers: { readonly upstream: Server; readonly bare: Server; readonly gateway: Server },
  { seconds, rounds, warmUp }: { readonly seconds: number; readonly rounds: number; readonly warmUp: number },
): Promise<OpenLoop[]> {
  const { expected, ...lane } = baselines.plain;
  const ask = async ({ port }: Server, perSecond: number): Promise<LoadResult> =>
    stage.load.run({
      port,
      request: laneRequest(lane),
      expected,
      connections,
      requests: Math.round(perSecond * seconds),
      perSecond,
    });
  // In a full run all lanes came before; alone, V8 would be compiling what is measured.
  for (const { port } of warmUp > 0 ? [servers.bare, servers.gateway] : []) {
    await stage.load.run({ port, request: laneRequest(lane), expected, connections, requests: warmUp });
  }
  const sweep = async (server: Server): Promise<OpenLoop['points']> => {
    const points = [];
    // One that is not kept may be the machine's other work.
    for (
      let perSecond = lowestPerSecond;
      points.at(-1)?.kept !== false || points.at(-2)?.kept !== false;
      perSecond = Math.round(perSecond * step)
    ) {
      const added: number[] = [];
      const rates: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const direct = await ask(servers.upstream, perSecond);
        const through = await ask(server, perSecond);
        added.push(through.latencyMs.p99 - direct.latencyMs.p99);
        rates.push(through.answered / through.seconds);
      }
      const kept = median(added) <= addedP99BarMs && median(rates) >= perSecond * keptShare;
      points.push({ perSecond, addedP99Ms: median(added), kept });
    }
    return points;
  };
  const result = (through: OpenLoop['through'], points: OpenLoop['points']): OpenLoop => ({
    through,
    highestPerSecond: points.findLast(({ kept }) => kept)?.perSecond ?? 0,
    points,
  });
  return [result('bare proxy', await sweep(servers.bare)), result('gateway', await sweep(servers.gateway))];
}
