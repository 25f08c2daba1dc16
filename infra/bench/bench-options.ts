import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** Parts of lanes' names; empty: all. */
  readonly lanes: readonly string[];
  readonly quick: boolean;
  readonly rounds: number;
  /** Of each lane in a round; absent: as many as make the figures steady. */
  readonly requests: number | undefined;
  /** Requests under way at once. */
  readonly connections: number;
  /** Of the order of lanes within a round. */
  readonly seed: number;
  /** Whether usage rows are written, to an embedded Supabase. */
  readonly account: boolean;
  readonly peers: boolean;
  readonly soakMinutes: number | undefined;
  readonly jsonFile: string | undefined;
  /** Where a CPU profile of each lane goes. */
  readonly profileDir: string | undefined;
  readonly help: boolean;
}

export const usage = `npm run bench -- [options]

  --lane NAME      only lanes whose names hold NAME; may be repeated
  --quick          few requests, two rounds: whether it works, not how fast
  --rounds N       7 by default, after a warm-up
  --requests N     of each lane in a round, 4000 by default and 1500 for streams
  --connections N  32 by default
  --seed N         of the order of lanes within a round
  --account        write usage rows, to an embedded Supabase
  --peers          measure Portkey and claude-code-router as well, fetched by npx
  --soak MINUTES   mixed load, and whether memory grows
  --profile DIR    write a CPU profile of each lane, and measure nothing
  --json FILE      write all samples
`;

/** @throws Error on an option that it does not know. */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      lane: { type: 'string', multiple: true, default: [] },
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      requests: { type: 'string' },
      connections: { type: 'string' },
      seed: { type: 'string' },
      account: { type: 'boolean', default: false },
      peers: { type: 'boolean', default: false },
      soak: { type: 'string' },
      profile: { type: 'string' },
      json: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  return {
    lanes: values.lane,
    quick: values.quick,
    rounds: positive('rounds', values.rounds) ?? (values.quick ? 2 : 7),
    requests: positive('requests', values.requests),
    connections: positive('connections', values.connections) ?? 32,
    seed: positive('seed', values.seed) ?? 1,
    account: values.account,
    peers: values.peers,
    soakMinutes: positive('soak', values.soak),
    jsonFile: values.json,
    profileDir: values.profile,
    help: values.help,
  };
}

/** Whether `--lane` names it, or names nothing. */
export function isChosen(name: string, { lanes }: BenchOptions): boolean {
  return lanes.length === 0 || lanes.some((part) => name.includes(part));
}

function positive(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!(number > 0)) throw new Error(`--${name} wants a number above 0, not ${value}`);
  return number;
}
