import { describe, expect, it } from '@jest/globals';
import { GatewayError } from './gateway-error.js';

describe('GatewayError', () => {
  it('cuts a message and a path of megabytes, and no character in halves', () => {
    const path = '💥'.repeat(1_000_000);
    const error = new GatewayError('invalid_request', `${path}: no`, { path, shouldRetry: false });
    expect(error.message).toHaveLength(8000);
    expect(error.context.path).toHaveLength(1000);
    expect(error.message.isWellFormed() && error.context.path?.isWellFormed()).toBe(true);
    expect(error.context.shouldRetry).toBe(false);
  });
});
