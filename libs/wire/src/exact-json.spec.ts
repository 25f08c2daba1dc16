import { expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { exactJsonObject, withExactNumbers } from './exact-json.js';

it.each([
  '{"id":12345678901234567890,"deep":[{"price":1.0,"tiny":1e-400,"zero":-0,"text":"12345678901234567890"}]}',
  '{"a":1,"b":1.5,"c":null,"d":[true,false],"__proto__":1}',
])('%s is written as it was read', (text) => {
  expect(JSON.stringify(exactJsonObject(text))).toBe(text);
});

it.each([
  ['more than 53 bits', '{"input":{"id":9007199254740993}}'],
  ['more than a double can be', '{"input":{"id":1e400}}'],
  ['more digits than a double has', '{"input":{"id":1.0000000000000010000001}}'],
  ['a list', '{"input":[{"id":9007199254740993}]}'],
])('of a body, a number of a tool’s input keeps its digits: %s', (_what, text) => {
  expect(JSON.stringify(withExactNumbers(JSON.parse(text), () => text))).toBe(text);
});

function unread(): never {
  throw new Error('read again');
}

it('a body without such a number is left as it is, and not read again', () => {
  const value = { input: { id: 9007199254740991, share: 0.1 } };
  expect(withExactNumbers(value, unread)).toBe(value);
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
