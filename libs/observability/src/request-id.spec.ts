import { describe, expect, it } from '@jest/globals';
import { newRequestId } from './request-id.js';

describe('newRequestId', () => {
  it('has the form of the vendor’s ids, and is another each time', () => {
    const ids = [newRequestId(), newRequestId()];
    for (const id of ids) expect(id).toMatch(/^req_[0-9a-f]{32}$/);
    expect(new Set(ids).size).toBe(2);
  });
});
