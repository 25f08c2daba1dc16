import { laneRequest } from './lane-request.js';
import { baselines } from './lanes.js';
import { median } from './quantiles.js';
import type { Server, Stage } from './stage.js';

export interface AddedLatency {
  readonly kind: 'plain' | 'stream';
  readonly through: 'bare proxy' | 'gateway';
  /** Medians over the rounds of the difference to the upstream asked directly. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** What one request alone waits longer for than it would for the upstream itself, in rounds that take turns. */
export async function addedLatency(
  stage: Stage,
  servers: { readonly upstream: Server; readonly bare: Server; readonly gateway: Server },
  rounds: number,
  requests: number,
): Promise<AddedLatency[]> {
  const results: AddedLatency[] = [];
  for (const kind of ['plain', 'stream'] as const) {
    const { expected, ...lane } = baselines[kind];
    const ask = async ({ port }: Server) =>
      (await stage.load.run({ port, request: laneRequest(lane), expected, connections: 1, requests })).latencyMs;
    const bare: { p50: number; p99: number }[] = [];
    const gateway: { p50: number; p99: number }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const direct = await ask(servers.upstream);
      for (const [samples, server] of [
        [bare, servers.bare],
        [gateway, servers.gateway],
      ] as const) {
        const through = await ask(server);
        samples.push({ p50: through.p50 - direct.p50, p99: through.p99 - direct.p99 });
      }
    }
    for (const [through, samples] of [
      ['bare proxy', bare],
      ['gateway', gateway],
    ] as const) {
      results.push({
        kind,
        through,
        p50Ms: median(samples.map(({ p50 }) => p50)),
        p99Ms: median(samples.map(({ p99 }) => p99)),
      });
    }
  }
  return results;
}
