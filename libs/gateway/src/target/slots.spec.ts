import { describe, expect, it } from '@jest/globals';
import { Slots } from './slots.js';

const here = new AbortController().signal;

function slots(limits: Partial<Slots['limits']> = {}): Slots {
  return new Slots({ maxConcurrent: 2, queueLength: 2, queueWaitMs: 10_000, ...limits });
}

describe('slots', () => {
  it('hand a freed slot to whoever waits longest', async () => {
    const pool = slots({ maxConcurrent: 1 });
    const release = await pool.acquire(here);
    const order: string[] = [];
    const first = pool.acquire(here).then((next) => (order.push('first'), next));
    const second = pool.acquire(here).then((next) => (order.push('second'), next));
    expect(pool.queued).toBe(2);
    release();
    (await first)();
    (await second)();
    expect(order).toEqual(['first', 'second']);
    expect([pool.inUse, pool.queued]).toEqual([0, 0]);
  });

  it('refuse at once when the queue is full, and say when to come back', async () => {
    const pool = slots({ maxConcurrent: 1, queueLength: 0 });
    await pool.acquire(here);
    const refused = pool.acquire(here);
    expect(pool.queued).toBe(0);
    await expect(refused).rejects.toMatchObject({ code: 'overloaded', context: { retryAfterSeconds: 1 } });
    expect(pool.inUse).toBe(1);
  });

  it('refuse when none became free in time', async () => {
    const pool = slots({ maxConcurrent: 1, queueWaitMs: 5 });
    await pool.acquire(here);
    await expect(pool.acquire(here)).rejects.toMatchObject({ code: 'overloaded' });
    expect(pool.queued).toBe(0);
  });

  it('refuse when none became free before the client would stop waiting', async () => {
    const pool = slots({ maxConcurrent: 1, queueWaitMs: 600_000 });
    await pool.acquire(here);
    await expect(pool.acquire(here, 5)).rejects.toMatchObject({ code: 'overloaded' });
    expect(pool.queued).toBe(0);
  });

  it('forget a client that goes away while it waits', async () => {
    const pool = slots({ maxConcurrent: 1 });
    const release = await pool.acquire(here);
    const client = new AbortController();
    const waiting = pool.acquire(client.signal);
    const gone = new Error('gone');
    client.abort(gone);
    await expect(waiting).rejects.toBe(gone);
    release();
    expect([pool.inUse, pool.queued]).toEqual([0, 0]);
  });

  it('are not lost to a client that goes away in the same moment as one that holds a slot', async () => {
    const pool = slots({ maxConcurrent: 1 });
    const release = await pool.acquire(here);
    const client = new AbortController();
    const waiting = pool.acquire(client.signal);
    client.abort(new Error('gone'));
    release();
    await expect(waiting).rejects.toThrow('gone');
    expect([pool.inUse, pool.queued]).toEqual([0, 0]);
  });

  it('are not freed twice by one call', async () => {
    const pool = slots();
    const release = await pool.acquire(here);
    await pool.acquire(here);
    release();
    release();
    expect(pool.inUse).toBe(1);
  });
});
