import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { completeToolInput, parseToolInput } from './partial-json.js';

describe('tool arguments', () => {
  it.each([
    ['', {}, true],
    ['  ', {}, true],
    ['{"a":1}', { a: 1 }, true],
    ['"{\\"a\\":1}"', { a: 1 }, true],
    ['{"a":1', { a: 1 }, false],
    ['{"a":"half', { a: 'half' }, false],
    ['{"a":"x\\u00', { a: 'x' }, false],
    ['{"a":"x\\', { a: 'x' }, false],
    ['{"a":[1,{"b":tr', { a: [1, {}] }, false],
    ['{"a":1,"b', { a: 1 }, false],
    ['{"a":1,}', { a: 1 }, false],
    ['{"a" 1}', {}, false],
    ['[1]', {}, false],
    ['12', {}, false],
    ['null', {}, false],
    ['nonsense', {}, false],
  ])('%j read as %j', (text, input, whole) => {
    expect(parseToolInput(text)).toEqual({ input, whole });
    expect(completeToolInput(text) !== undefined).toBe(whole && text.trim() !== '');
  });

  it('cut anywhere are an object still, whose finished members are those of the whole', () => {
    const value = fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 });
    fc.assert(
      fc.property(value, fc.nat(), (whole, cut) => {
        const text = JSON.stringify(whole);
        const { input } = parseToolInput(text.slice(0, cut % (text.length + 1)));
        for (const key of Object.keys(input).slice(0, -1))
          expect(JSON.stringify(input[key])).toBe(JSON.stringify(whole[key]));
      }),
    );
  });

  it('of any text and any depth never throw', () => {
    fc.assert(fc.property(fc.string(), (text) => typeof parseToolInput(`{${text}`).input === 'object'));
    expect(parseToolInput('{"a":'.repeat(100_000)).whole).toBe(false);
    expect(parseToolInput('['.repeat(100_000)).input).toEqual({});
  });
});
