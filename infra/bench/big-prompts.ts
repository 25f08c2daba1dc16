import { laneRequest } from './lane-request.js';
import { type Lane, lanes } from './lanes.js';
import { pace } from './paced-streams.js';
import type { Server, Stage } from './stage.js';

export interface BigPrompts {
  readonly lane: string;
  /** Of the big prompts; 0: none were sent. */
  readonly tokens: number;
  readonly bigP50Ms: number;
  /**
   * The longest that a small stream was without a piece, beyond its interval: of the stream in the middle, and of the worst in
   * a hundred. A stream meets many big prompts, so the middle tells what they do, and the worst what else the machine does.
   */
  readonly heldUpP50Ms: number;
  readonly heldUpP99Ms: number;
  readonly broken: number;
}

const tokenCounts = [0, 1000, 10_000, 100_000, 250_000, 1_000_000];
const smallStreams = 20;
/** Back to back they would say what a busy core does to streams, not what one prompt does. */
const betweenBigPromptsMs = 200;

/** Small paced streams, and big prompts beside them, now and then one: what holds the one up while the other is read. */
export async function bigPrompts(stage: Stage, gateway: Server, seconds: number): Promise<BigPrompts[]> {
  const results: BigPrompts[] = [];
  for (const name of ['pass-through', 'messages→chat']) {
    const [small, big] = [find(`${name} stream`), find(`${name} plain`)];
    for (const tokens of tokenCounts) {
      const [streams, prompts] = await Promise.all([
        stage.load.run({
          port: gateway.port,
          request: laneRequest(small),
          expected: small.expected,
          connections: smallStreams,
          requests: Number.MAX_SAFE_INTEGER,
          maxSeconds: seconds,
          rampMs: pace.intervalMs,
        }),
        tokens === 0
          ? undefined
          : stage.load.run({
              port: gateway.port,
              request: laneRequest(big, tokens),
              expected: big.expected,
              connections: 1,
              requests: Number.MAX_SAFE_INTEGER,
              maxSeconds: seconds,
              pauseMs: betweenBigPromptsMs,
            }),
      ]);
      results.push({
        lane: name,
        tokens,
        bigP50Ms: prompts?.latencyMs.p50 ?? 0,
        heldUpP50Ms: streams.longestGapMs.p50 - pace.intervalMs,
        heldUpP99Ms: streams.longestGapMs.p99 - pace.intervalMs,
        broken: count(streams.broken) + count(prompts?.broken ?? {}),
      });
    }
  }
  return results;
}

function find(name: string): Lane {
  const lane = lanes.find((candidate) => candidate.name === name);
  if (lane === undefined) throw new Error(`there is no lane ${name}`);
  return lane;
}

function count(broken: Readonly<Record<string, number>>): number {
  return Object.values(broken).reduce((sum, times) => sum + times, 0);
}
