import { describe, expect, it } from '@jest/globals';
import type { TargetConfig } from '#config';
import type { Inbound } from '../inbound.js';
import { clientTimeoutMs, timeoutsFor } from './timeouts.js';

const target = { name: 'a' } as TargetConfig;

function inbound(more: Partial<Inbound> = {}, timeout?: string): Inbound {
  const headers = timeout === undefined ? {} : { 'x-stainless-timeout': timeout };
  return { stream: false, durable: false, headers, ...more } as Inbound;
}

describe('the time that a call may take', () => {
  it('is ten minutes for a plain answer, and an hour for a stream and for a job', () => {
    expect(timeoutsFor(target, inbound(), 0)).toMatchObject({ totalMs: 600_000, firstByteMs: 600_000 });
    expect(timeoutsFor(target, inbound({ stream: true }), 0)).toMatchObject({
      totalMs: 3_600_000,
      firstByteMs: 120_000,
    });
    expect(timeoutsFor(target, inbound({ durable: true }), 0)).toMatchObject({
      totalMs: 3_600_000,
      firstByteMs: 3_600_000,
    });
  });

  it('is what the route file says, for each of them', () => {
    const limited = { name: 'a', timeouts: { totalMs: 1000 } } as TargetConfig;
    for (const request of [inbound(), inbound({ stream: true }), inbound({ durable: true })]) {
      expect(timeoutsFor(limited, request, 0)).toMatchObject({ totalMs: 1000, firstByteMs: 1000 });
    }
  });

  it('is no longer than the client still waits, which for whole seconds may be almost a second more', () => {
    expect(clientTimeoutMs(inbound({}, '1'))).toBe(2000);
    expect(clientTimeoutMs(inbound({}, '600.0'))).toBe(601_000);
    expect(clientTimeoutMs(inbound({}, '1.99'))).toBe(1990);
    expect(timeoutsFor(target, inbound({}, '1.5'), 500.2)).toMatchObject({ totalMs: 1000, impatient: true });
    expect(timeoutsFor(target, inbound({}, '100'), 0)).toMatchObject({ totalMs: 101_000, impatient: true });
    expect(timeoutsFor(target, inbound({}, '200'), 0)).toMatchObject({ totalMs: 201_000, impatient: false });
    for (const value of [undefined, '0', '-1', 'soon']) expect(clientTimeoutMs(inbound({}, value))).toBe(Infinity);
    expect(clientTimeoutMs(inbound({ durable: true }, '1'))).toBe(Infinity);
  });
});
