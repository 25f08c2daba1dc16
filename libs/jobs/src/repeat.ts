import { setTimeout as sleep } from 'node:timers/promises';

export interface Repetition {
  /** Ends it; resolves when a turn that was under way has ended. */
  stop(): Promise<void>;
}

/**
 * Runs `turn` again and again, never two at a time, with `everyMs` between them, give or take a fifth so that replicas that
 * started together drift apart. `turn` handles its own failures.
 */
export function repeat(
  everyMs: number,
  turn: (signal: AbortSignal) => Promise<unknown>,
  firstAfterMs = everyMs,
): Repetition {
  const stopping = new AbortController();
  const { signal } = stopping;
  const run = async (): Promise<void> => {
    for (let pauseMs = firstAfterMs; ; pauseMs = everyMs) {
      await sleep(pauseMs * (0.8 + Math.random() * 0.4), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      await turn(signal);
    }
  };
  const running = run();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
