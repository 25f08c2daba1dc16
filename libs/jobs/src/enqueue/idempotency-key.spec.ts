import { describe, expect, it } from '@jest/globals';
import { checkedIdempotencyKey } from './idempotency-key.js';

describe('checkedIdempotencyKey', () => {
  it('takes visible ASCII, and none', () => {
    expect(checkedIdempotencyKey('order-4711:~!')).toBe('order-4711:~!');
    expect(checkedIdempotencyKey(undefined)).toBeUndefined();
  });

  it.each(['', 'two words', 'Schlüssel', 'x'.repeat(256)])('refuses %j', (key) => {
    expect(() => checkedIdempotencyKey(key)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  });
});
