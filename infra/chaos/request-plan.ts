import { SeededRandom } from './seeded-random.js';

export const upstreamDialects = ['anthropic', 'chat', 'responses'] as const;
export type UpstreamDialect = (typeof upstreamDialects)[number];

/** What will happen to one request, as far as it can be said beforehand. */
export interface RequestPlan {
  readonly number: number;
  readonly path: '/v1/messages' | '/v1/chat/completions' | '/v1/responses';
  readonly upstream: UpstreamDialect;
  readonly targets: 'one' | 'three';
  readonly stream: boolean;
  /** When the client leaves, counted from its last byte; undefined: it stays. */
  readonly leavesAfterMs: number | undefined;
  /** What the simulator is told to do, call by call; every call beyond them goes well. */
  readonly calls: readonly string[];
}

const faults: readonly [string, ...string[]] = [
  'status=400',
  'status=401',
  'status=404',
  'status=408',
  'status=429 retry-after-ms=1',
  'status=429 retry-after=9',
  'status=500',
  'status=502',
  'status=503',
  'status=529',
  'reset',
  'reset=headers',
  'html',
  'silence',
  'silence=0',
  'silence=5',
  'cut=0',
  'cut=4',
  'cut=9',
  'eof=0',
  'eof=6',
  'garbage=0',
  'garbage=5',
  'half-json=0',
  'half-json=7',
  'error=0',
  'error=5',
  'delay=200ms',
];

const mostCalls = 3;
/** So many that every fault in the middle of a stream comes before the end of its answer. */
const fewestWords = 15;

/** The plan of the request with this number in the chaos of this seed. */
export function requestPlan(seed: number, number: number): RequestPlan {
  const random = new SeededRandom(seed * 1_000_003 + number);
  const upstream = random.pick(upstreamDialects);
  return {
    number,
    path: random.pick(['/v1/messages', '/v1/chat/completions', '/v1/responses']),
    upstream,
    targets: random.pick(['one', 'three']),
    stream: random.chance(0.6),
    leavesAfterMs: random.chance(0.2) ? random.below(250) : undefined,
    calls: Array.from({ length: mostCalls }, () => callOf(random, upstream)),
  };
}

/** Tokens differ from call to call, so that none is taken for another. OpenAI tells of no cache that was written. */
function callOf(random: SeededRandom, upstream: UpstreamDialect): string {
  const written = upstream === 'anthropic' ? random.below(500) : 0;
  const output = 10 + random.below(1000);
  const tokens = [10 + random.below(5000), output, random.below(2000), written, random.below(10)].join(':');
  const pace = `words=${fewestWords + random.below(30)} interval=${random.below(8)}ms usage=${tokens}`;
  return random.chance(0.35) ? `${pace} ${random.pick(faults)}` : pace;
}
