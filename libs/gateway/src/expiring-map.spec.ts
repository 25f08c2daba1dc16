import { describe, expect, it } from '@jest/globals';
import { ExpiringMap } from './expiring-map.js';

describe('ExpiringMap', () => {
  it('forgets after its time', () => {
    let nowMs = 0;
    const map = new ExpiringMap<string>({ entries: 10, lifetimeMs: 100 }, () => nowMs);
    map.set('a', 'kept');
    nowMs = 99;
    expect(map.get('a')).toBe('kept');
    nowMs = 100;
    expect(map.get('a')).toBeUndefined();
  });

  it('forgets the oldest when it is full; what was set again is not the oldest', () => {
    const map = new ExpiringMap<number>({ entries: 2, lifetimeMs: 100 }, () => 0);
    map.set('a', 1);
    map.set('b', 2);
    map.set('a', 3);
    map.set('c', 4);
    expect(['a', 'b', 'c'].map((key) => map.get(key))).toEqual([3, undefined, 4]);
  });

  it('forgets the oldest when its values weigh too much, and what is too heavy by itself', () => {
    const weight = { most: 10, of: (value: string) => value.length };
    const map = new ExpiringMap<string>({ entries: 100, lifetimeMs: 100, weight }, () => 0);
    map.set('a', '123456');
    map.set('b', '1234');
    expect(map.get('a')).toBe('123456');
    map.set('c', '1');
    expect(['a', 'b', 'c'].map((key) => map.get(key))).toEqual([undefined, '1234', '1']);
    map.set('d', '12345678901');
    map.set('e', '1234567890');
    expect(['b', 'c', 'd', 'e'].map((key) => map.get(key))).toEqual([undefined, undefined, undefined, '1234567890']);
  });
});
