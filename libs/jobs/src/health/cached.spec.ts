import { describe, expect, it } from '@jest/globals';
import { cached } from './cached.js';

describe('cached', () => {
  it('reads once for all who ask while it reads and for a while after, failures included', async () => {
    let reads = 0;
    const read = cached(60_000, async () => {
      reads += 1;
      throw new Error(`away ${reads}`);
    });
    await expect(Promise.allSettled([read(), read()])).resolves.toHaveLength(2);
    await expect(read()).rejects.toThrow('away 1');
    expect(reads).toBe(1);
  });

  it('reads again afterwards', async () => {
    let reads = 0;
    const read = cached(0, async () => (reads += 1));
    expect([await read(), await read()]).toEqual([1, 2]);
  });
});
