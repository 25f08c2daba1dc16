import { parseArgs } from 'node:util';

export interface ChaosOptions {
  /** The same number of requests with the same seed is the same chaos, but for its timing. */
  readonly seed: number;
  readonly requests: number;
  /** Requests under way at a time. */
  readonly atOnce: number;
}

export const usage = `npm run chaos -- [options]

Sends requests through the gateway to upstreams that fail at random, from clients that leave at random, and compares
the usage rows with what the upstreams have counted.

  --requests N   how many (5000)
  --seed N       which chaos (the time)
  --at-once N    how many at a time (64)
`;

/** Undefined where help is asked for. Throws an `Error` that says what is wrong. */
export function readChaosOptions(args: readonly string[]): ChaosOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      requests: { type: 'string', default: '5000' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      'at-once': { type: 'string', default: '64' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    seed: whole('seed', values.seed),
    requests: whole('requests', values.requests),
    atOnce: whole('at-once', values['at-once']),
  };
}

function whole(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new Error(`--${name} must be a whole number above 0`);
  return number;
}
