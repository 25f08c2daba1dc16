import { describe, expect, it } from '@jest/globals';
import { GatewayError } from '#wire';
import { retryDelayMs } from './retry-delay.js';

const policy = { baseDelayMs: 250, maxDelayMs: 4000 };
const failed = new GatewayError('upstream_failed', 'failed');

describe('retryDelayMs', () => {
  it('spreads retries over the whole of a ceiling that doubles, up to four seconds', () => {
    expect([0, 1, 2, 10].map((retries) => retryDelayMs(retries, failed, policy, () => 1))).toEqual([
      250, 500, 1000, 4000,
    ]);
    expect(retryDelayMs(3, failed, policy, () => 0)).toBe(0);
  });

  it('waits as long as the upstream asks', () => {
    expect(retryDelayMs(0, new GatewayError('rate_limited', 'slow', { retryAfterSeconds: 2 }), policy)).toBe(2000);
    expect(retryDelayMs(0, new GatewayError('rate_limited', 'slow', { retryAfterSeconds: 4 }), policy)).toBe(4000);
  });

  it('does not keep a client waiting for longer than it would stay', () => {
    expect(
      retryDelayMs(0, new GatewayError('rate_limited', 'slow', { retryAfterSeconds: 60 }), policy),
    ).toBeUndefined();
  });
});
