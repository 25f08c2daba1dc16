import { describe, expect, it } from '@jest/globals';
import { ExpiringMap } from './expiring-map.js';

describe('ExpiringMap', () => {
  it('forgets after its time', () => {
    let nowMs = 0;
    const map = new ExpiringMap<string>(10, 100, () => nowMs);
    map.set('a', 'kept');
    nowMs = 99;
    expect(map.get('a')).toBe('kept');
    nowMs = 100;
    expect(map.get('a')).toBeUndefined();
  });

  it('forgets the oldest when it is full; what was set again is not the oldest', () => {
    const map = new ExpiringMap<number>(2, 100, () => 0);
    map.set('a', 1);
    map.set('b', 2);
    map.set('a', 3);
    map.set('c', 4);
    expect(['a', 'b', 'c'].map((key) => map.get(key))).toEqual([3, undefined, 4]);
  });
});
