import type { HeapProfiler } from 'node:inspector';
import { placeOf } from './hottest-functions.js';

export interface FunctionBytes {
  readonly name: string;
  readonly place: string;
  /** Allocated there and still alive at the end, as sampled. */
  readonly liveBytes: number;
}

/** Largest first. */
export function largestAllocations({ head }: HeapProfiler.SamplingHeapProfile): FunctionBytes[] {
  const sums = new Map<string, { name: string; place: string; liveBytes: number }>();
  const open = [head];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    open.push(...node.children);
    if (node.selfSize === 0) continue;
    const { functionName, url, lineNumber } = node.callFrame;
    const place = placeOf(url, lineNumber);
    const key = `${functionName}\n${place}`;
    const known = sums.get(key) ?? { name: functionName || '(anonymous)', place, liveBytes: 0 };
    known.liveBytes += node.selfSize;
    sums.set(key, known);
  }
  return [...sums.values()].toSorted((one, other) => other.liveBytes - one.liveBytes);
}
