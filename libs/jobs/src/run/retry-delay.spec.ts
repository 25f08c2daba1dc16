import { describe, expect, it } from '@jest/globals';
import { GatewayError } from '#wire';
import { retryDelaySeconds } from './retry-delay.js';

const overloaded = new GatewayError('overloaded', 'Overloaded');

describe('retryDelaySeconds', () => {
  it('doubles from attempt to attempt, half of it by chance', () => {
    expect([1, 2, 3, 4].map((attempt) => retryDelaySeconds(attempt, overloaded, () => 1))).toEqual([2, 4, 8, 16]);
    expect([1, 2, 3, 4].map((attempt) => retryDelaySeconds(attempt, overloaded, () => 0))).toEqual([1, 2, 4, 8]);
  });

  it('is never shorter than what the upstream asked for', () => {
    const asked = new GatewayError('rate_limited', 'Slow down', { retryAfterSeconds: 42 });
    expect(retryDelaySeconds(1, asked)).toBe(42);
    expect(retryDelaySeconds(10, asked, () => 0)).toBe(300);
  });

  it('stays below the time after which a silent job counts as lost', () => {
    const asked = new GatewayError('rate_limited', 'Come back tomorrow', { retryAfterSeconds: 86_400 });
    expect(retryDelaySeconds(1, asked)).toBe(600);
    expect(retryDelaySeconds(60, overloaded, () => 1)).toBe(600);
  });
});
