import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { HeapProfiler, Profiler } from 'node:inspector';
import { join } from 'node:path';

/** What the process said of itself, about once a second. */
export interface Moment {
  /** On the clock of the CPU profile, in microseconds. */
  readonly atMicros: number;
  readonly rssBytes: number;
  readonly heapUsedBytes: number;
  readonly externalBytes: number;
  /** The longest that the event loop was late since the moment before, in milliseconds. */
  readonly worstLagMs: number;
}

/** One run of `npm run monitoring:profile`. */
export interface Recording {
  readonly pid: number;
  readonly startedAt: string;
  readonly seconds: number;
  /** Requests that the load generator had answered; undefined where it made none. */
  readonly requests: number | undefined;
  /** Live heap after a garbage collection, before and after. */
  readonly retainedBytes: { readonly before: number; readonly after: number };
  readonly moments: readonly Moment[];
  readonly cpu: Profiler.Profile;
  readonly heap: HeapProfiler.SamplingHeapProfile;
}

/** Two files that Chrome's DevTools and editors open by themselves, and one for the rest. */
export function writeRecording(directory: string, { cpu, heap, ...rest }: Recording): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'cpu.cpuprofile'), JSON.stringify(cpu));
  writeFileSync(join(directory, 'heap.heapprofile'), JSON.stringify(heap));
  writeFileSync(join(directory, 'process.json'), JSON.stringify(rest, undefined, 2));
}

/** @throws Error that says what to run when there is none. */
export function readRecording(directory: string): Recording {
  const read = (file: string): unknown => JSON.parse(readFileSync(join(directory, file), 'utf8'));
  try {
    const rest = read('process.json') as Omit<Recording, 'cpu' | 'heap'>;
    const cpu = read('cpu.cpuprofile') as Recording['cpu'];
    return { ...rest, cpu, heap: read('heap.heapprofile') as Recording['heap'] };
  } catch (error) {
    throw new Error(`${directory} holds no recording: run npm run monitoring:profile first`, { cause: error });
  }
}

/** Names of recordings are times, so the last one by name is the newest. */
export function newestRecording(parent: string): string {
  const newest = globSync('*/process.json', { cwd: parent }).toSorted().at(-1);
  if (newest === undefined) throw new Error(`no recording in ${parent}: run npm run monitoring:profile first`);
  return join(parent, newest, '..');
}
