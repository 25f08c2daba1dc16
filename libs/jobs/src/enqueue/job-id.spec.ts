import { describe, expect, it } from '@jest/globals';
import { jobId } from './job-id.js';

describe('jobId', () => {
  it('is new each time without an idempotency key', () => {
    expect(jobId('key-a', undefined)).not.toBe(jobId('key-a', undefined));
  });

  it('follows from the idempotency key and its owner', () => {
    const id = jobId('key-a', 'order-4711');

    expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(jobId('key-a', 'order-4711')).toBe(id);
    expect(jobId('key-b', 'order-4711')).not.toBe(id);
    expect(jobId('key-a', 'order-4712')).not.toBe(id);
  });

  it.each(['', 'two words', 'Schlüssel', 'x'.repeat(256)])('refuses %j', (key) => {
    expect(() => jobId('key-a', key)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  });
});
