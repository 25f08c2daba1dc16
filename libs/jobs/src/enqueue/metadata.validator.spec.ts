import { describe, expect, it } from '@jest/globals';
import { metadataFault } from './metadata.validator.js';

describe('metadataFault', () => {
  it('finds nothing wrong with JSON of a sensible size', () => {
    expect(metadataFault({ order: 7, price: 1.5, gone: null, nested: { list: ['ä', true, {}] } })).toBeUndefined();
  });

  it.each([
    [{ a: { b: 'x\0' } }, 'metadata.a.b: String should not contain U+0000'],
    [{ a: ['\ud800'] }, 'metadata.a.0: String should not contain half of a surrogate pair'],
    [{ 'x\0': 1 }, 'metadata: String should not contain U+0000'],
    [{ n: 2 ** 53 }, 'metadata.n: Number is too large to be kept exactly; send it as a string'],
    [{ n: Infinity }, 'metadata.n: Number is too large to be kept exactly; send it as a string'],
    [{ text: 'x'.repeat(16 * 1024) }, 'metadata: Input should have at most 16384 bytes of JSON'],
  ])('refuses what the database would not keep exactly: %p', (metadata, message) => {
    expect(metadataFault(metadata)).toBe(message);
  });

  it('refuses what is nested too deeply', () => {
    const deep = (levels: number): unknown => (levels === 0 ? 1 : { a: deep(levels - 1) });
    expect(metadataFault(deep(8))).toBeUndefined();
    expect(metadataFault(deep(9))).toBe('metadata.a.a.a.a.a.a.a.a: Input is nested too deeply');
  });
});
