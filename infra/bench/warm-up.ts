import { setTimeout as sleep } from 'node:timers/promises';
import { metricsAt, sumOf } from '#testing';
import { benchKey, laneRequest } from './lane-request.js';
import { lanes } from './lanes.js';
import { takeSample } from './sample.js';
import type { Server, Stage } from './stage.js';

/** Until V8 has compiled the path for good, and has grown its heap for it. */
export const plainRequests = 15_000;
const streamsAtOnce = 300;

/** For a process behind the paced upstream, whose plain answers come at once. */
export async function warmUp({ load }: Stage, gateway: Server): Promise<void> {
  for (const lane of lanes.filter(({ name }) => /^(pass-through|messages→chat) plain/.test(name))) {
    await takeSample(load, gateway, lane, plainRequests, 32);
  }
  for (const lane of lanes.filter(({ name }) => /^(pass-through|messages→chat) stream/.test(name))) {
    const request = laneRequest(lane);
    const { expected } = lane;
    await load.run({ port: gateway.port, request, expected, connections: streamsAtOnce, requests: 3 * streamsAtOnce });
  }
  await untilRowsAreWritten(gateway);
}

/** What comes next would pay for those of the warm-up otherwise: tens of thousands, and a database beside the load generator. */
async function untilRowsAreWritten({ port }: Server): Promise<void> {
  const waiting = async (): Promise<number> =>
    sumOf(await metricsAt(`http://127.0.0.1:${port}/metrics`, benchKey), 'claude_proxy_usage_spool_depth') ?? 0;
  while ((await waiting()) > 0) await sleep(100);
}
