import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Counters } from './counters.js';

describe('Counters', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('count hits within a window and block what is beyond the limit', () => {
    const counters = new Counters();
    const hits = [];
    for (let count = 0; count < 3; count += 1) hits.push(counters.hit('a', 60_000, 2));
    expect(hits.map(({ totalHits, isBlocked }) => [totalHits, isBlocked])).toEqual([
      [1, false],
      [2, false],
      [3, true],
    ]);
    expect(hits[2]?.timeToBlockExpire).toBe(60);
    expect(counters.hit('b', 60_000, 2).totalHits).toBe(1);
  });

  it('begin again with the next window', () => {
    const clock = jest.spyOn(performance, 'now').mockReturnValue(0);
    const counters = new Counters();
    counters.hit('a', 1000, 1);
    clock.mockReturnValue(999);
    expect(counters.hit('a', 1000, 1).isBlocked).toBe(true);
    clock.mockReturnValue(1000);
    expect(counters.hit('a', 1000, 1).isBlocked).toBe(false);
  });

  it('forget beyond their bound whose window is the oldest, not who came first', () => {
    const clock = jest.spyOn(performance, 'now').mockReturnValue(0);
    const counters = new Counters();
    counters.hit('renewed', 1000, 9);
    for (let other = 0; other < 99_998; other += 1) counters.hit(`other-${other}`, 60_000, 9);
    clock.mockReturnValue(1000);
    counters.hit('renewed', 60_000, 9);
    for (const late of ['one more', 'and one']) counters.hit(late, 60_000, 9);
    expect(counters.hit('renewed', 60_000, 9).totalHits).toBe(2);
    expect(counters.hit('other-0', 60_000, 9).totalHits).toBe(1);
  });

  it('block no longer when the clock on the wall is set back', () => {
    const counters = new Counters();
    counters.hit('a', 60_000, 1);
    jest.spyOn(Date, 'now').mockReturnValue(Date.now() - 3_600_000);
    expect(counters.hit('a', 60_000, 1).timeToBlockExpire).toBeLessThanOrEqual(60);
  });
});
