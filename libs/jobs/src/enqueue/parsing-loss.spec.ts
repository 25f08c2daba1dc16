import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { parsingLoss } from './parsing-loss.js';

function lossOf(text: string): string | undefined {
  return parsingLoss(text, JSON.parse(text));
}

describe('parsingLoss', () => {
  it.each([
    '{"price":1.10,"count":1e2,"time":1700000000.1234567,"none":-0,"tiny":5e-324,"zero":0.000,"big":1E+21}',
    '{"a":[{"b":":"},{"b":"1.00000000000000000000001 \\" : \\\\"}],"c":{}}',
    '{"__proto__":1}',
  ])('finds none in %s', (text) => {
    expect(lossOf(text)).toBeUndefined();
  });

  it.each(['0.12345678901234567890123', '123456789012345.678', '1e-400', '9007199254740993', '-1e400'])(
    'finds the digits of %s',
    (number) => {
      expect(lossOf(`{"a":[{"n": ${number} }]}`)).toMatch(/^A number has more digits/);
    },
  );

  it('finds the last digit behind a million zeros', () => {
    expect(lossOf(`{"n":1.${'0'.repeat(1_000_000)}1}`)).toMatch(/^A number has more digits/);
  });

  it('finds a member that is given twice, at any depth', () => {
    expect(lossOf('{"a":[{"b":1,"b":1}]}')).toBe('The same member is given twice');
  });

  it('finds none in what JSON.stringify has written', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(lossOf(JSON.stringify(value))).toBeUndefined();
      }),
    );
  });
});
