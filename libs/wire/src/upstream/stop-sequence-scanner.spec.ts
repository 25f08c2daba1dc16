import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { StopSequenceScanner } from './stop-sequence-scanner.js';

function scanned(sequences: readonly string[], pieces: readonly string[]) {
  const scanner = new StopSequenceScanner(sequences);
  const shown = pieces.map((piece) => scanner.push(piece)).join('') + scanner.flush();
  return { shown, matched: scanner.matched };
}

/** Character by character, as a model that stops at once would do it. */
function reference(sequences: readonly string[], text: string) {
  for (let end = 0; end <= text.length; end += 1) {
    const candidates = sequences.filter((sequence) => sequence !== '' && text.slice(0, end).endsWith(sequence));
    const matched = candidates.toSorted((a, b) => b.length - a.length)[0];
    if (matched !== undefined) return { shown: text.slice(0, end - matched.length), matched };
  }
  return { shown: text, matched: undefined };
}

const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 12 });
const sequences = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 4 }), { maxLength: 3 });

describe('a stop sequence', () => {
  it('is found however the text is cut, and the one that is completed first wins', () => {
    fc.assert(
      fc.property(sequences, fc.array(letters, { maxLength: 6 }), (stops, pieces) => {
        expect(scanned(stops, pieces)).toEqual(reference(stops, pieces.join('')));
      }),
      { numRuns: 1000 },
    );
  });

  it('holds back no more than may become one', () => {
    const scanner = new StopSequenceScanner(['STOP']);
    expect(scanner.push('no S')).toBe('no ');
    expect(scanner.push('T')).toBe('');
    expect(scanner.push('EP')).toBe('STEP');
    expect(scanner.push(' STO')).toBe(' ');
    expect(scanner.push('P rest')).toBe('');
    expect(scanner.matched).toBe('STOP');
    expect(scanner.push('more')).toBe('');
  });

  it('does not go on behind the end of a block', () => {
    const scanner = new StopSequenceScanner(['STOP']);
    expect(scanner.push('ST') + scanner.flush()).toBe('ST');
    expect(scanner.push('OP')).toBe('OP');
    expect(scanner.matched).toBeUndefined();
  });

  it('is found among many that all begin as the text does', () => {
    const stops = Array.from({ length: 150 }, (_, index) => `${'a'.repeat(100)}b${index + 100}`);
    const scanner = new StopSequenceScanner(stops);
    let shown = '';
    for (let delta = 0; delta < 50_000; delta += 1) shown += scanner.push('aaaa');
    expect(shown + scanner.push('b249')).toBe('a'.repeat(200_000 - 100));
    expect(scanner.matched).toBe(stops[149]);
  });
});
