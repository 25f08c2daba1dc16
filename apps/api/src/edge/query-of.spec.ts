import { describe, expect, it } from '@jest/globals';
import { queryOf } from './query-of.js';

describe('queryOf', () => {
  it.each([
    ['/v1/messages', ''],
    ['/v1/messages?', '?'],
    ['/v1/messages?beta=true&q=a?b', '?beta=true&q=a?b'],
  ])('of %s is "%s"', (url, query) => {
    expect(queryOf(url)).toBe(query);
  });
});
