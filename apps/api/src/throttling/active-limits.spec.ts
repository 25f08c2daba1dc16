import { describe, expect, it } from '@jest/globals';
import { activeLimits, addressTrackers, callerTrackers } from './active-limits.js';

const throttlers = (ip: number, key: number, global: number) => [
  { name: 'ip', limit: ip, ttl: 60_000 },
  { name: 'key', limit: key, ttl: 60_000 },
  { name: 'global', limit: global, ttl: 60_000 },
];

function told(ip: number, key: number, global: number): [name: string, told: boolean][] {
  const limits = [addressTrackers, callerTrackers].flatMap((trackers) =>
    activeLimits(throttlers(ip, key, global), trackers),
  );
  return limits.map((limit) => [limit.name, limit.told]);
}

describe('the limits that are counted', () => {
  it('are those that limit something', () => {
    expect(told(0, 0, 0)).toEqual([]);
    expect(told(600, 0, 0)).toEqual([['ip', true]]);
    expect(activeLimits(throttlers(600, 60, 0), callerTrackers)).toMatchObject([
      { name: 'key', limit: 60, ttlMs: 60_000 },
    ]);
  });

  it('are told to clients, that of all together only where there is no other', () => {
    expect(told(600, 60, 6)).toEqual([
      ['ip', true],
      ['key', true],
      ['global', false],
    ]);
    expect(told(0, 0, 6)).toEqual([['global', true]]);
  });
});
