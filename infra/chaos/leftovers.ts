import { setTimeout as sleep } from 'node:timers/promises';
import type { Product } from '#testing';

export type Resources = Readonly<Record<string, number>>;

/** Idle connections of the gateway's own clients are closed after seconds. */
const patienceMs = 45_000;
const everyMs = 250;

/** Sockets, timers and the like that the API holds now, by kind. The API must have been started with `tell-resources`. */
export async function resourcesOf({ api }: Product): Promise<Resources> {
  const said = (): string[] => [...api.text.matchAll(/^active resources (.*)$/gm)].map(([, json = '']) => json);
  const before = said().length;
  api.signal('SIGUSR2');
  while (said().length === before) await sleep(10);
  return JSON.parse(said().at(-1) ?? '{}') as Resources;
}

/** What the API holds more than before, after it had time to let go; empty when there is nothing. */
export async function leftovers(product: Product, before: Resources): Promise<readonly string[]> {
  const deadlineMs = performance.now() + patienceMs;
  for (;;) {
    const now = await resourcesOf(product);
    const more = Object.entries(now).filter(([kind, count]) => count > (before[kind] ?? 0));
    const left = [
      ...more.map(([kind, count]) => `${kind}: ${before[kind] ?? 0} before, ${count} now`),
      ...(await openCalls(product)),
    ];
    if (left.length === 0 || performance.now() > deadlineMs) return left;
    await sleep(everyMs);
  }
}

interface Target {
  readonly name: string;
  readonly callsInFlight: number;
  readonly callsQueued: number;
}

/** Slots that are not free, as the health report tells. */
async function openCalls(product: Product): Promise<readonly string[]> {
  const response = await fetch(`${product.url}/health`, { headers: { connection: 'close' } });
  return targetsIn(await response.json())
    .filter(({ callsInFlight, callsQueued }) => callsInFlight + callsQueued > 0)
    .map(({ name, callsInFlight, callsQueued }) => `${name}: ${callsInFlight} calls in flight, ${callsQueued} queued`);
}

function targetsIn(part: unknown): readonly Target[] {
  if (typeof part !== 'object' || part === null) return [];
  if ('targets' in part && Array.isArray(part.targets)) return part.targets as Target[];
  return Object.values(part).flatMap(targetsIn);
}
