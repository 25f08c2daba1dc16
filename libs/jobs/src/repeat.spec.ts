import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { repeat } from './repeat.js';

describe('repeat', () => {
  it('runs turn after turn, never two at a time', async () => {
    let running = 0;
    let turns = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    const repetition = repeat(1, async () => {
      running += 1;
      expect(running).toBe(1);
      await nextTurn();
      running -= 1;
      turns += 1;
      if (turns === 5) resolve();
    });
    await promise;
    await repetition.stop();
    const after = turns;
    await nextTurn();
    expect(turns).toBe(after);
  });

  it('stops only when the turn that is under way has ended, which is told to hurry', async () => {
    const started = Promise.withResolvers<void>();
    let ended = false;
    const repetition = repeat(
      60_000,
      async (signal) => {
        started.resolve();
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        await nextTurn();
        ended = true;
      },
      0,
    );
    await started.promise;
    await repetition.stop();
    expect(ended).toBe(true);
  });

  it('stops at once between two turns', async () => {
    let turns = 0;
    await repeat(60_000, async () => {
      turns += 1;
    }).stop();
    expect(turns).toBe(0);
  });
});
