import { describe, expect, it } from '@jest/globals';

import { citationOf } from './web-citation.js';

describe('citationOf', () => {
  it('quotes whole characters, wherever the upstream or the limit cuts', () => {
    const text = '😀'.repeat(100);
    const quote = (start: number, end: number) =>
      citationOf({ type: 'url_citation', url: 'https://example.org', start_index: start, end_index: end }, text);
    expect(quote(0, 4)?.cited_text).toBe('😀😀');
    for (const [start, end] of [
      [1, 4],
      [0, 3],
      [1, 200],
    ] as const) {
      expect(quote(start, end)?.cited_text.isWellFormed()).toBe(true);
    }
  });
});
