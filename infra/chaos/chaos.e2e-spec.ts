import { describe, expect, it } from '@jest/globals';
import { runChaos } from './run-chaos.js';

describe('chaos', () => {
  it('leaves usage rows that agree with the upstreams to the token, and nothing else behind', async () => {
    const report = await runChaos({ seed: 7, requests: 150, atOnce: 32 }, () => undefined);
    expect(report.differences).toEqual([]);
    expect(report.leftovers).toEqual([]);
    expect(report.calls).toBe(report.attempts - report.neverArrived);
    expect(report.calls).toBeGreaterThan(150);
    expect(Object.keys(report.seen).toSorted()).toEqual(['answered', 'left', 'refused']);
  }, 120_000);
});
