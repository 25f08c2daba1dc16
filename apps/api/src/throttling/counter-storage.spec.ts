import { describe, expect, it } from '@jest/globals';
import { CounterStorage } from './counter-storage.js';

describe('CounterStorage', () => {
  it('keeps a limit’s count whatever the others have to count', async () => {
    const storage = new CounterStorage();
    await storage.increment('all', 60_000, 1, 0, 'global');
    for (let count = 0; count <= 100_000; count += 1) storage.countersOf('ip').hit(String(count), 60_000, 5);
    expect(await storage.increment('all', 60_000, 1, 0, 'global')).toMatchObject({ totalHits: 2, isBlocked: true });
  });
});
