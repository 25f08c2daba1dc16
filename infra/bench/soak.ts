import { startGateway } from './gateway-program.js';
import { laneRequest } from './lane-request.js';
import { lanes } from './lanes.js';
import type { Stage } from './stage.js';

export interface Soak {
  /** Resident memory at the end of each slice of time. */
  readonly points: readonly { readonly minute: number; readonly rssMb: number }[];
  /** Of the second half, by least squares: what V8 takes at first to be fast with is no leak. */
  readonly slopeMbPerHour: number;
  readonly answered: number;
  readonly broken: number;
}

const sliceSeconds = 15;
const connectionsEach = 3;

/** All lanes at once for that long, and whether memory grows. */
export async function soak(
  stage: Stage,
  upstreamPort: number,
  minutes: number,
  cloudEnv: Readonly<Record<string, string>> | undefined,
  say: (text: string) => void,
): Promise<Soak> {
  const gateway = await startGateway({ core: stage.cores.measured, dataDir: stage.dataDir, upstreamPort, cloudEnv });
  stage.keep(gateway.process);
  const points: Soak['points'][number][] = [];
  let [answered, broken] = [0, 0];
  const startedMs = performance.now();
  const elapsed = (): number => (performance.now() - startedMs) / 60_000;
  while (elapsed() < minutes) {
    const results = await Promise.all(
      lanes.map((lane) =>
        stage.load.run({
          port: gateway.port,
          request: laneRequest(lane),
          expected: lane.expected,
          connections: connectionsEach,
          requests: Number.MAX_SAFE_INTEGER,
          maxSeconds: Math.min(sliceSeconds, minutes * 60),
        }),
      ),
    );
    for (const result of results) {
      answered += result.answered;
      broken += Object.values(result.broken).reduce((sum, count) => sum + count, 0);
    }
    const point = { minute: elapsed(), rssMb: gateway.process.rssMb() };
    points.push(point);
    say(`minute ${point.minute.toFixed(1)}: ${point.rssMb.toFixed(0)} MB after ${answered} requests`);
  }
  await gateway.process.stop();
  return { points, slopeMbPerHour: slope(points.slice(points.length >> 1)) * 60, answered, broken };
}

/** Megabytes a minute. */
function slope(points: Soak['points']): number {
  const count = Math.max(1, points.length);
  const meanMinute = points.reduce((sum, { minute }) => sum + minute, 0) / count;
  const meanMb = points.reduce((sum, { rssMb }) => sum + rssMb, 0) / count;
  const [above, below] = points.reduce(
    ([products, squares], { minute, rssMb }) => [
      products + (minute - meanMinute) * (rssMb - meanMb),
      squares + (minute - meanMinute) ** 2,
    ],
    [0, 0],
  );
  return below === 0 ? 0 : above / below;
}
