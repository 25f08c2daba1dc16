import { describe, expect, it } from '@jest/globals';
import { strictnessOf } from './strictness.js';

describe('x-proxy-strict', () => {
  it.each([
    ['true', true],
    ['True', true],
    ['1', true],
    ['YES', true],
    ['false', false],
    ['0', false],
    ['no', false],
    ['', false],
    [undefined, false],
  ])('%j is %j', (value, strict) => {
    expect(strictnessOf(value === undefined ? {} : { 'x-proxy-strict': value })).toBe(strict);
  });

  it.each(['on', 'treu', 'true, true', '2'])('%j is refused', (value) => {
    expect(() => strictnessOf({ 'x-proxy-strict': value })).toThrow(
      expect.objectContaining({ code: 'invalid_request', context: { path: 'x-proxy-strict' } }),
    );
  });
});
