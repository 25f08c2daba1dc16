import { describe, expect, it } from '@jest/globals';
import { Breaker, type Passage } from './breaker.js';

function breakerWithClock(): { breaker: Breaker; pass: (ms: number) => void } {
  let nowMs = 0;
  return { breaker: new Breaker(() => nowMs), pass: (ms) => (nowMs += ms) };
}

function enter(breaker: Breaker): Passage {
  const passage = breaker.enter();
  if (passage === undefined) throw new Error('not let in');
  return passage;
}

function fail(breaker: Breaker, times: number): void {
  for (let count = 0; count < times; count += 1) breaker.failed(enter(breaker));
}

describe('a breaker', () => {
  it('opens after five failures in a row, and not before', () => {
    const { breaker } = breakerWithClock();
    fail(breaker, 4);
    expect(breaker.state).toBe('closed');
    fail(breaker, 1);
    expect(breaker.state).toBe('open');
    expect(breaker.enter()).toBeUndefined();
    expect(breaker.retryAfterMs).toBe(1000);
  });

  it('starts counting again after a success', () => {
    const { breaker } = breakerWithClock();
    fail(breaker, 4);
    breaker.succeeded(enter(breaker));
    fail(breaker, 4);
    expect(breaker.state).toBe('closed');
  });

  it('opens for a second again after an answer that ended well', () => {
    const { breaker, pass } = breakerWithClock();
    fail(breaker, 5);
    pass(1000);
    fail(breaker, 1);
    expect(breaker.retryAfterMs).toBe(2000);
    pass(2000);
    breaker.succeeded(enter(breaker));
    fail(breaker, 5);
    expect(breaker.retryAfterMs).toBe(1000);
  });

  it('lets one probe in at a time, and closes when it succeeds', () => {
    const { breaker, pass } = breakerWithClock();
    fail(breaker, 5);
    pass(1000);
    expect(breaker.state).toBe('half_open');
    const probe = enter(breaker);
    expect(breaker.enter()).toBeUndefined();
    breaker.succeeded(probe);
    expect(breaker.state).toBe('closed');
    expect(breaker.enter()).toBeDefined();
  });

  it('opens when answers begin well and break, five times in a row', () => {
    const { breaker, pass } = breakerWithClock();
    const breakOne = (): void => {
      const passage = enter(breaker);
      breaker.answering();
      breaker.failed(passage);
    };
    for (let count = 0; count < 5; count += 1) breakOne();
    expect(breaker.retryAfterMs).toBe(1000);
    pass(1000);
    breakOne();
    expect(breaker.retryAfterMs).toBe(2000);
  });

  it('lets others in as soon as the probe is answered, and forgets the failures when that has ended well', () => {
    const { breaker, pass } = breakerWithClock();
    fail(breaker, 5);
    pass(1000);
    const probe = enter(breaker);
    breaker.answering();
    expect(breaker.enter()).toBeDefined();
    breaker.succeeded(probe);
    fail(breaker, 4);
    expect(breaker.state).toBe('closed');
  });

  it('stays open twice as long after each failed probe, up to half a minute', () => {
    const { breaker, pass } = breakerWithClock();
    fail(breaker, 5);
    const waits = Array.from({ length: 7 }, () => {
      const waitMs = breaker.retryAfterMs;
      pass(waitMs);
      fail(breaker, 1);
      return waitMs;
    });
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  });

  it('probes again when the client of a probe went away', () => {
    const { breaker, pass } = breakerWithClock();
    fail(breaker, 5);
    pass(1000);
    breaker.abandoned(enter(breaker));
    expect(breaker.state).toBe('half_open');
    expect(breaker.enter()).toBeDefined();
    expect(breaker.enter()).toBeUndefined();
  });

  it('does not believe the ends of calls that were under way when it opened', () => {
    const { breaker, pass } = breakerWithClock();
    const early = Array.from({ length: 20 }, () => enter(breaker));
    const one = (): Passage => early.pop() ?? enter(breaker);
    for (let count = 0; count < 8; count += 1) breaker.failed(one());
    expect(breaker.retryAfterMs).toBe(1000);
    breaker.succeeded(one());
    expect(breaker.state).toBe('open');

    pass(1000);
    const probe = enter(breaker);
    breaker.failed(one());
    breaker.abandoned(one());
    breaker.succeeded(one());
    expect(breaker.enter()).toBeUndefined();
    breaker.answering();
    breaker.failed(one());
    expect(breaker.state).toBe('closed');
    breaker.failed(probe);
    expect(breaker.retryAfterMs).toBe(2000);
  });

  it('believes a call that was under way when it opened as soon as its answer begins', () => {
    const { breaker } = breakerWithClock();
    const early = enter(breaker);
    fail(breaker, 5);
    expect(breaker.state).toBe('open');
    breaker.answering();
    expect(breaker.state).toBe('closed');
    breaker.failed(early);
    expect(breaker.state).toBe('closed');
    fail(breaker, 1);
    expect(breaker.state).toBe('open');
  });
});
