import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RepeatedJson } from './repeated-json.js';

const member = { content: 'delta', obfuscation: 'pad', sequence_number: 'n' } as const;

function outcomeOf(parse: () => unknown): unknown {
  try {
    return structuredClone(parse());
  } catch (error) {
    return (error as Error).name;
  }
}

/** What a stream may say one after the other: mostly the same shape, with values and now and then shapes that trip a reader. */
const value = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: 'grapheme' }) },
  fc.constantFrom('', '"', '\\', '\n', '\u0000', '\u2028', '","delta":"', '"}'),
  fc.constant(null),
  fc.integer(),
  fc.double({ noNaN: true }),
  fc.constant({ delta: 'inner' }),
);
const shape = fc.constantFrom(
  (delta: unknown, pad: unknown, n: unknown) => ({ id: 'x', n, choices: [{ index: 0, delta }], pad }),
  (delta: unknown, pad: unknown, n: unknown) => ({ choices: [{ index: 0, delta: { delta } }], n, pad }),
  (delta: unknown) => ({ delta }),
  (delta: unknown, pad: unknown, n: unknown) => ({ pad: [pad], delta, n, delta2: n }),
  (delta: unknown) => [delta],
);
const spaces = fc.constantFrom(undefined, 1);

function text(made: unknown, indent: number | undefined): string {
  return indent === undefined ? JSON.stringify(made) : JSON.stringify(made).replaceAll('":', '": ');
}

describe('RepeatedJson', () => {
  it('says of every text of a stream what JSON.parse says', () => {
    fc.assert(
      fc.property(
        shape,
        spaces,
        fc.array(fc.tuple(value, value, value, fc.option(shape, { freq: 5 }))),
        (usual, indent, said) => {
          const parser = new RepeatedJson(member.content, [member.obfuscation, member.sequence_number]);
          for (const [delta, pad, n, other] of said) {
            const json = text((other ?? usual)(delta, pad, n), indent);
            expect(outcomeOf(() => parser.parse(json))).toEqual(outcomeOf(() => JSON.parse(json)));
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('says of a damaged text what JSON.parse says', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.constantFrom('"', '\\', '\n', '{', '}', ',', ':', '0', '-', '.', 'e', ''),
        (at, damage) => {
          const parser = new RepeatedJson('delta', ['n', 'pad']);
          const known = '{"n":1,"delta":"Hello","pad":"abc","logprobs":[]}';
          parser.parse(known);
          const place = at % known.length;
          for (const json of [
            known.slice(0, place) + damage + known.slice(place + 1),
            known.slice(0, place) + damage + known.slice(place),
          ]) {
            expect(outcomeOf(() => parser.parse(json))).toEqual(outcomeOf(() => JSON.parse(json)));
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('parses a text of the known shape without JSON.parse', () => {
    const parser = new RepeatedJson('delta', ['pad']);
    const first = parser.parse('{"pad":"xy","delta":"Hello"}');
    expect(parser.parse('{"pad":"z","delta":" wörld"}')).toBe(first);
    expect(first).toEqual({ pad: 'z', delta: ' wörld' });
    expect(parser.parse('{"pad":"z","delta":"a\\nb"}')).not.toBe(first);
  });

  it('takes a member that is written twice, or in another spelling, for what it is', () => {
    for (const twice of ['{"delta":"a","delta":"a"}', String.raw`{"delta":"a","d\u0065lta":"a"}`]) {
      const parser = new RepeatedJson('delta');
      parser.parse(twice);
      const json = twice.replace('"a"', '"b"');
      expect(parser.parse(json)).toEqual({ delta: 'a' });
    }
  });
});
