import { describe, expect, it } from '@jest/globals';
import { limitHeaders } from './limit-headers.js';

const state = { limit: 60, remaining: 12, resetSeconds: 30 };

describe('limitHeaders', () => {
  it('says it as Anthropic does', () => {
    expect(limitHeaders('messages', state, Date.parse('2026-11-21T08:00:00Z'))).toEqual({
      'anthropic-ratelimit-requests-limit': '60',
      'anthropic-ratelimit-requests-remaining': '12',
      'anthropic-ratelimit-requests-reset': '2026-11-21T08:00:30Z',
    });
  });

  it('says it as OpenAI does', () => {
    expect(limitHeaders('chat', state)).toEqual({
      'x-ratelimit-limit-requests': '60',
      'x-ratelimit-remaining-requests': '12',
      'x-ratelimit-reset-requests': '30s',
    });
  });
});
