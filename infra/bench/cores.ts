import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Which cores the measured process and all others run on; undefined where processes cannot be pinned. */
export interface Cores {
  readonly measured: string | undefined;
  readonly others: string | undefined;
}

export function findCores(): Cores {
  const count = availableParallelism();
  if (count < 2 || !hasTaskset()) return { measured: undefined, others: undefined };
  return { measured: '0', others: count === 2 ? '1' : `1-${count - 1}` };
}

function hasTaskset(): boolean {
  try {
    execFileSync('taskset', ['-c', '0', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
