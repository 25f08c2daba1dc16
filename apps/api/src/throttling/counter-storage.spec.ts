import { describe, expect, it, jest } from '@jest/globals';
import { CounterStorage } from './counter-storage.js';

describe('CounterStorage', () => {
  it('counts hits within a window and blocks what is beyond the limit', async () => {
    const storage = new CounterStorage();
    const hits = [];
    for (let count = 0; count < 3; count += 1) hits.push(await storage.increment('ip:a', 60_000, 2));
    expect(hits.map(({ totalHits, isBlocked }) => [totalHits, isBlocked])).toEqual([
      [1, false],
      [2, false],
      [3, true],
    ]);
    expect(hits[2]?.timeToBlockExpire).toBe(60);
    expect((await storage.increment('ip:b', 60_000, 2)).totalHits).toBe(1);
  });

  it('begins again with the next window', async () => {
    const clock = jest.spyOn(Date, 'now').mockReturnValue(0);
    const storage = new CounterStorage();
    await storage.increment('ip:a', 1000, 1);
    clock.mockReturnValue(999);
    expect((await storage.increment('ip:a', 1000, 1)).isBlocked).toBe(true);
    clock.mockReturnValue(1000);
    expect((await storage.increment('ip:a', 1000, 1)).isBlocked).toBe(false);
    clock.mockRestore();
  });
});
