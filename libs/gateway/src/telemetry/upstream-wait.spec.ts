import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { UpstreamWait } from './upstream-wait.js';

async function* slow(chunks: number): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < chunks; index += 1) {
    await sleep(20);
    yield Uint8Array.of(index);
  }
}

describe('UpstreamWait', () => {
  it('counts waiting, and not what is done in between', async () => {
    const wait = new UpstreamWait();
    await sleep(30);
    expect(wait.totalMs).toBe(0);
    await expect(wait.during(Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    await wait.during(sleep(20));
    const counted = wait.totalMs;
    expect(counted).toBeGreaterThan(10);
    await sleep(20);
    expect(wait.totalMs).toBe(counted);
  });

  it('counts a wait that goes on', async () => {
    const wait = new UpstreamWait();
    wait.begin();
    await sleep(20);
    expect(wait.totalMs).toBeGreaterThan(10);
  });

  it('counts the reading of a body until the answer begins, and passes every byte', async () => {
    const wait = new UpstreamWait();
    const seen: number[] = [];
    let whenBegun = 0;
    for await (const [byte] of wait.reading(slow(4))) {
      seen.push(byte ?? -1);
      if (seen.length !== 2) continue;
      wait.close();
      whenBegun = wait.totalMs;
    }
    expect(seen).toEqual([0, 1, 2, 3]);
    expect(whenBegun).toBeGreaterThan(30);
    expect(wait.totalMs).toBe(whenBegun);
  });

  it('closes the body when its reader leaves', async () => {
    let closed = false;
    async function* body(): AsyncGenerator<Uint8Array> {
      try {
        yield* slow(9);
      } finally {
        closed = true;
      }
    }
    for await (const chunk of new UpstreamWait().reading(body())) if (chunk.length > 0) break;
    expect(closed).toBe(true);
  });
});
