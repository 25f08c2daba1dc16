import { execFileSync } from 'node:child_process';
import { cpus, loadavg, release, totalmem } from 'node:os';
import type { Cores } from './cores.js';

/** Where and on what the numbers were taken; without it they mean nothing. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly kernel: string;
  readonly node: string;
  /** `undefined`: not pinned, and the numbers are worth less. */
  readonly pinned: Cores | undefined;
  readonly commit: string;
  readonly takenAt: string;
  /** Over the last minute, before the start: what else the machine had to do. */
  readonly loadAverage: number;
}

export function describeMachine(cores: Cores): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
    pinned: cores.measured === undefined ? undefined : cores,
    commit: commit(),
    takenAt: new Date().toISOString(),
    loadAverage: loadavg()[0] ?? 0,
  };
}

function commit(): string {
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no') !== '';
    return git('rev-parse', '--short', 'HEAD') + (changed ? ' with changes' : '');
  } catch {
    return 'unknown';
  }
}

function git(...args: string[]): string {
  const command = ['-C', import.meta.dirname, ...args];
  return execFileSync('git', command, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}
