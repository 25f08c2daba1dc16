import { expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { exactJsonObject } from './exact-json.js';

it.each([
  '{"id":12345678901234567890,"deep":[{"price":1.0,"tiny":1e-400,"zero":-0,"text":"12345678901234567890"}]}',
  '{"a":1,"b":1.5,"c":null,"d":[true,false],"__proto__":1}',
])('%s is written as it was read', (text) => {
  expect(JSON.stringify(exactJsonObject(text))).toBe(text);
});

it('reads what JSON.parse reads', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const text = JSON.stringify(value);
      expect(JSON.stringify(exactJsonObject(text))).toBe(JSON.stringify(JSON.parse(text)));
    }),
  );
});

it.each(['', '{"a":', '[1]', '"{}"', 'null'])('%j is no object', (text) => {
  expect(exactJsonObject(text)).toBeUndefined();
});
