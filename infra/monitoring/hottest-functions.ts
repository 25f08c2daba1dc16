import type { Profiler } from 'node:inspector';

export interface FunctionTime {
  readonly name: string;
  /** `dist/libs/…/x.js:12`, `undici/lib/…`, `node:…`; empty for V8's own work. */
  readonly place: string;
  readonly selfMs: number;
}

export interface CpuUse {
  readonly busyMs: number;
  readonly idleMs: number;
  /** Most self time first. Garbage collection and V8's own work are among them, waiting is not. */
  readonly functions: readonly FunctionTime[];
}

/** Where the time between two moments went, in microseconds of the profile's clock; by default in all of it. */
export function hottestFunctions(
  profile: Profiler.Profile,
  fromMicros = Number.NEGATIVE_INFINITY,
  toMicros = Number.POSITIVE_INFINITY,
): CpuUse {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
  const times = new Map<string, { name: string; place: string; selfMs: number }>();
  let atMicros = profile.startTime;
  let idleMs = 0;
  let busyMs = 0;
  // A delta is the time before its sample; what the sample shows went on until the next one.
  const deltas = profile.timeDeltas ?? [];
  for (const [index, id] of (profile.samples ?? []).entries()) {
    atMicros += deltas[index] ?? 0;
    const lastedMs = (deltas[index + 1] ?? 0) / 1000;
    const frame = nodes.get(id);
    if (frame === undefined || atMicros < fromMicros || atMicros >= toMicros) continue;
    if (frame.functionName === '(idle)') {
      idleMs += lastedMs;
      continue;
    }
    busyMs += lastedMs;
    const place = placeOf(frame.url, frame.lineNumber);
    const key = `${frame.functionName}\n${place}`;
    const known = times.get(key) ?? { name: frame.functionName || '(anonymous)', place, selfMs: 0 };
    known.selfMs += lastedMs;
    times.set(key, known);
  }
  return { busyMs, idleMs, functions: [...times.values()].toSorted((one, other) => other.selfMs - one.selfMs) };
}

/** V8 counts lines from 0. */
export function placeOf(url: string, line: number): string {
  if (url === '') return '';
  const path = url.replace(/^.*\/node_modules\//, '').replace(/^file:\/\/.*?\/(?=dist\/)/, '');
  return `${path}:${line + 1}`;
}
