import { describe, expect, it } from '@jest/globals';
import { assert, jsonValue, property } from 'fast-check';
import { storableJson, storableText } from './storable-text.js';

describe('storable text', () => {
  it('replaces NUL and half surrogate pairs, and nothing else', () => {
    expect(storableText('a\0b\ud800c\udc00 😀 é \u0001')).toBe('a\u{FFFD}b\u{FFFD}c\u{FFFD} 😀 é \u0001');
  });

  it('leaves text about the escapes alone', () => {
    const value = { text: String.raw`\u0000 \ud800`, other: '\\' };
    expect(storableJson(value)).toEqual(value);
  });

  it('never lets through what PostgreSQL refuses, and changes nothing that it takes', () => {
    assert(
      property(jsonValue({ stringUnit: 'binary' }), (value) => {
        const json = JSON.stringify(storableJson(value));
        expect(json).not.toMatch(/(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/);
        if (!/\\u(?:0000|d[89a-f])/.test(JSON.stringify(value))) expect(storableJson(value)).toBe(value);
      }),
    );
  });
});
