import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Distribution } from './distribution.js';

describe('Distribution', () => {
  it('keeps count, sum and extremes exactly and every value to 8 percent, in at most a hundred buckets', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.1, max: 90_000, noNaN: true }), { minLength: 1, maxLength: 500 }),
        (values) => {
          const distribution = new Distribution();
          for (const value of values) distribution.record(value);
          const summary = distribution.take();
          if (summary === undefined) throw new Error('nothing taken');
          expect(summary.Count).toBe(values.length);
          expect(summary.Counts.reduce((sum, count) => sum + count, 0)).toBe(values.length);
          expect(summary.Values.length).toBeLessThanOrEqual(100);
          expect(summary.Sum).toBeCloseTo(
            values.reduce((sum, value) => sum + value, 0),
            3,
          );
          expect([summary.Min, summary.Max]).toEqual([Math.min(...values), Math.max(...values)]);
          const told = summary.Values.flatMap((value, index) =>
            Array.from({ length: summary.Counts[index] ?? 0 }, () => value),
          );
          const sorted = values.toSorted((one, other) => one - other);
          for (const [index, value] of sorted.entries()) {
            expect(Math.abs((told[index] ?? 0) - value) / value).toBeLessThan(0.08);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('takes what is beyond its range, and forgets what was taken', () => {
    const distribution = new Distribution();
    for (const value of [0, 1e9]) distribution.record(value);
    expect(distribution.take()).toMatchObject({ Min: 0, Max: 1e9, Count: 2, Counts: [1, 1] });
    expect(distribution.take()).toBeUndefined();
  });
});
