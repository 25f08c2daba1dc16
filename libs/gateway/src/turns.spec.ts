import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { GatewayError } from '#wire';
import type { Target } from './router.js';
import { Turns } from './turns.js';

const retries = { maxAttempts: 4, baseDelayMs: 20, maxDelayMs: 8000 };
const [a, b] = ['a', 'b'].map((name) => ({ config: { name } }) as Target) as [Target, Target];

function failure(retryAfterSeconds?: number): GatewayError {
  return new GatewayError('upstream_failed', 'failed', {
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
}
const full = new GatewayError('overloaded', 'full');
const unfit = new GatewayError('invalid_request', 'not here');

/** The targets in the order in which they are called while all of them fail. */
function order(turns: Turns, refusalOf: (target: Target) => GatewayError): string[] {
  const called: string[] = [];
  for (let turn = turns.next(); turn !== undefined; turn = turns.next()) {
    called.push(turn.target.config.name);
    turns.refused(refusalOf(turn.target));
  }
  return called;
}

afterEach(() => void jest.restoreAllMocks());

describe('turns', () => {
  it('pause for longer after each call of a target, whatever the others do', () => {
    jest.spyOn(Math, 'random').mockReturnValue(1);
    const turns = new Turns([a], { ...retries, baseDelayMs: 1000 });
    for (const leastMs of [1000, 2000, 4000]) {
      turns.next();
      const beforeMs = performance.now();
      turns.refused(failure());
      expect(turns.next()?.readyAtMs).toBeGreaterThanOrEqual(beforeMs + leastMs);
    }
  });

  it('give each target a call in the order of the route, and then calls to as many as are left', () => {
    const called = order(new Turns([a, b], retries), () => failure());
    expect(called.slice(0, 2)).toEqual(['a', 'b']);
    expect(called).toHaveLength(4);
    expect(order(new Turns([a], { ...retries, maxAttempts: 3 }), () => failure())).toEqual(['a', 'a', 'a']);
    expect(order(new Turns([a, b], { ...retries, maxAttempts: 1 }), () => failure())).toEqual(['a', 'b']);
  });

  it('wait as long as a target asks for, and call the other meanwhile', () => {
    const turns = new Turns([a, b], retries);
    const startedMs = performance.now();
    expect(order(turns, (target) => failure(target === a ? 5 : 0))).toEqual(['a', 'b', 'b', 'b']);
    const waiting = new Turns([a], retries);
    waiting.next();
    waiting.refused(failure(5));
    expect(waiting.next()?.readyAtMs).toBeGreaterThanOrEqual(startedMs + 5000);
  });

  it('leave a target alone that asks for more than a client should wait', () => {
    expect(order(new Turns([a, b], retries), (target) => failure(target === a ? 30 : 0))).toEqual(['a', 'b', 'b', 'b']);
    const turns = new Turns([a], retries);
    const refusal = failure(30);
    turns.next();
    turns.refused(refusal);
    expect(turns.next()).toBeUndefined();
    expect(turns.verdict).toBe(refusal);
  });

  it('go on with who can be called after one that cannot', () => {
    const turns = new Turns([a, b], retries);
    const refusal = failure(0);
    turns.next();
    turns.refused(failure(0));
    expect(turns.next()?.target).toBe(b);
    turns.notCalled(full);
    expect(turns.verdict).toBe(full);
    expect(turns.next()?.target).toBe(a);
    turns.refused(refusal);
    expect(turns.next()?.target).toBe(a);
    expect(turns.verdict).toBe(refusal);
  });

  it('go on after one that does not take the request, whose refusal is the answer where no other could be called', () => {
    const turns = new Turns([a, b], retries);
    expect(turns.next()?.target).toBe(a);
    turns.notTaken(unfit);
    expect(turns.next()?.target).toBe(b);
    expect(turns.verdict).toBe(unfit);
    turns.notCalled(full);
    expect(turns.next()).toBeUndefined();
    expect(turns.verdict).toBe(full);
  });
});
