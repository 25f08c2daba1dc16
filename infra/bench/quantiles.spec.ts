import { describe, expect, it } from '@jest/globals';
import { median, quantiles } from './quantiles.js';

describe('quantiles', () => {
  it('takes the nearest rank', () => {
    const values = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(quantiles(values)).toEqual({ p50: 50, p90: 90, p99: 99, max: 100 });
  });

  it('is all zero for nothing', () => {
    expect(quantiles([])).toEqual({ p50: 0, p90: 0, p99: 0, max: 0 });
  });
});

describe('median', () => {
  it('is the middle value, or the mean of two', () => {
    expect([median([3, 1, 2]), median([4, 1, 3, 2]), median([])]).toEqual([2, 2.5, 0]);
  });
});
