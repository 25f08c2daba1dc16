import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { namePattern } from './name-pattern.js';

describe('a name pattern', () => {
  it.each([
    ['claude-opus-5', 'claude-opus-5', true],
    ['claude-opus-5', 'claude-opus-5-5', false],
    ['claude-*', 'claude-opus-5', true],
    ['claude-*', 'claude-', true],
    ['claude-*', 'a-claude-opus-5', false],
    ['*', '', true],
    ['*-latest', 'gpt-5-latest', true],
    ['claude-*-5*-latest', 'claude-5-latest', false],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['*b*b*', 'b', false],
    ['gpt-5.1', 'gpt-5x1', false],
  ])('%s and %s: %p', (pattern, name, expected) => {
    expect(namePattern(pattern)(name)).toBe(expected);
  });

  it('agrees with the regular expression that it stands for', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
    fc.assert(
      fc.property(letters, fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 12 }), (pattern, name) => {
        expect(namePattern(pattern)(name)).toBe(new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(name));
      }),
      { numRuns: 1000 },
    );
  });
});
