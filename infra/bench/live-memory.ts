import { setTimeout as sleep } from 'node:timers/promises';
import { InspectorSession } from '../monitoring/inspector-session.js';
import type { BenchProcess } from './bench-process.js';

/**
 * What a process keeps for each of so many things that it holds at once, in KB: its heap and what hangs on it after a full
 * collection, while they are held less before. Resident memory would say when V8 last collected.
 */
export async function liveKbOfEach(
  { pid }: BenchProcess,
  count: number,
  hold: () => Promise<unknown>,
  allHeldAfterMs: number,
): Promise<number> {
  const inspector = await InspectorSession.attach(pid);
  const liveBytes = async (): Promise<number> => {
    await inspector.send('HeapProfiler.collectGarbage');
    return inspector.evaluate<number>('process.memoryUsage().heapUsed + process.memoryUsage().external');
  };
  try {
    const before = await liveBytes();
    const held = hold();
    await sleep(allHeldAfterMs);
    const during = await liveBytes();
    await held;
    return (during - before) / 1024 / count;
  } finally {
    inspector.close();
  }
}
