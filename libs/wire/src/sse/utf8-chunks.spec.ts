import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Utf8Chunks } from './utf8-chunks.js';

function decoded(chunks: readonly Uint8Array[]): string {
  const utf8 = new Utf8Chunks();
  const pieces = chunks.map((chunk) => {
    const copy = Uint8Array.from(chunk);
    const text = utf8.push(copy);
    copy.fill(120);
    return text;
  });
  return pieces.join('') + utf8.end();
}

function cutAt(bytes: Buffer, places: readonly number[]): Uint8Array[] {
  const ends = [
    ...places.map((place) => place % (bytes.length + 1)).toSorted((left, right) => left - right),
    bytes.length,
  ];
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

describe('Utf8Chunks', () => {
  it('reads any text wherever it is cut', () => {
    const text = fc.string({ unit: 'binary' }).filter((candidate) => !candidate.startsWith('\uFEFF'));
    fc.assert(
      fc.property(text, fc.array(fc.nat()), (sample, places) => {
        expect(decoded(cutAt(Buffer.from(sample), places))).toBe(sample);
      }),
    );
  });

  it('reads what is no text as the standard’s decoder does', () => {
    const bytes = fc.array(
      fc.oneof(fc.nat(255), fc.constantFrom(0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x8c, 0x8d)),
    );
    fc.assert(
      fc.property(bytes, fc.array(fc.nat()), (sample, places) => {
        const whole = Buffer.from(sample);
        expect(decoded(cutAt(whole, places))).toBe(new TextDecoder().decode(whole));
      }),
      { numRuns: 2000 },
    );
  });

  it('drops a byte order mark at the start alone', () => {
    expect(decoded([Buffer.from([0xef]), Buffer.from([0xbb, 0xbf, 0x61]), Buffer.from('\uFEFFb')])).toBe('a\uFEFFb');
  });
});
