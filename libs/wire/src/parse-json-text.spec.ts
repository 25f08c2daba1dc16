import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { readJson } from './json-reader.js';
import { parseJsonText } from './parse-json-text.js';

/** A text, and what it says. */
type Said = readonly [text: string, value: unknown];

/** JSON as any program may write it: each character escaped or not, white space anywhere it may be. */
const space = fc.constantFrom('', '', '', ' ', '\n', '\t\r ');
const character = fc.oneof(
  fc.constantFrom('a', ':', '{', '}', ',', '[', ' ', '年', '__proto__', '0', String.raw`\\`, String.raw`\"`),
  fc.constantFrom(String.raw`\/`, String.raw`\n`, String.raw`\u5e74`, String.raw`\u0000`, String.raw`\ud800`),
);
const quoted = fc.array(character, { maxLength: 4 }).map((characters) => `"${characters.join('')}"`);
const scalar = fc
  .oneof(quoted, fc.constantFrom('1', '-0', '1.50', '1e400', '-2E-3', '12345678901234567890', 'true', 'false', 'null'))
  .map((text): Said => [text, JSON.parse(text)]);
const { said } = fc.letrec<{ said: Said }>((tie) => {
  const inner = fc.tuple(space, tie('said'), space).map(([a, [text, value], b]): Said => [a + text + b, value]);
  const member = fc
    .tuple(space, quoted, space, inner)
    .map(([a, name, b, [text, value]]) => [`${a}${name}${b}:${text}`, JSON.parse(name) as string, value] as const);
  const array = fc
    .array(inner, { maxLength: 3 })
    .map((items): Said => [`[${items.map(([text]) => text).join(',')}]`, items.map(([, value]) => value)]);
  const object = fc
    .array(member, { maxLength: 3 })
    .map((members): Said => [
      `{${members.map(([text]) => text).join(',')}}`,
      Object.fromEntries(members.map(([, name, value]) => [name, value])),
    ]);
  return { said: fc.oneof({ maxDepth: 4 }, scalar, array, object) };
});

function refusal(parse: (text: string) => unknown, text: string): unknown {
  try {
    parse(text);
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('JSON of others', () => {
  it.each([
    [String.raw`{"properties":{"city":{},"\\":{}}}`, String.raw`{"properties":{"city":{},"\u5e74":{}}}`, '年'],
    [String.raw`{"a":1,"\\":1}`, String.raw`{"a":1,"\n":1}`, '\n'],
  ])('is read the same whatever was read before: %s, %s', (before, json, name) => {
    parseJsonText(before);
    JSON.parse(before);
    const value = parseJsonText(json) as { properties?: object };
    expect(Object.keys(value.properties ?? value).at(-1)).toBe(name);
  });

  it('is read as it is written', () => {
    fc.assert(
      fc.property(said, ([text, value]) => {
        for (const parse of [parseJsonText, readJson]) {
          const read = parse(text);
          expect(read).toEqual(value);
          // Beside the order of members and the members named `__proto__`, which `toEqual` does not see.
          expect(JSON.stringify(read)).toBe(JSON.stringify(value));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('is refused where the engine refuses it, and in its words', () => {
    const edit = fc.tuple(
      fc.nat(),
      fc.nat({ max: 2 }),
      fc.constantFrom('', '"', '\\', ',', '}', ']', '0', '-', '\u0001', 'e'),
    );
    fc.assert(
      fc.property(said, edit, ([text], [place, cut, put]) => {
        const at = place % (text.length + 1);
        const broken = text.slice(0, at) + put + text.slice(at + cut);
        expect(refusal(readJson, broken)).toEqual(refusal(JSON.parse, broken));
        expect(refusal(parseJsonText, broken)).toEqual(refusal(JSON.parse, broken));
      }),
      { numRuns: 5000 },
    );
  });

  it('may nest as deep as it likes', () => {
    const depth = 200_000;
    const text = `${String.raw`{"\u0061":[`.repeat(depth)}1${']}'.repeat(depth)}`;
    let value = parseJsonText(text);
    for (let level = 0; level < depth; level += 1) [value] = (value as { a: unknown[] }).a;
    expect(value).toBe(1);
  });
});
