import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { cutIntoDeltas, dataFrame, namedFrame } from './frame.js';

describe('deltas', () => {
  it('are the whole text, however it is cut, and never empty', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.option(fc.integer({ min: 1, max: 50 }), { nil: undefined }),
        (text, count) => {
          const deltas = cutIntoDeltas(text, count);
          expect(deltas.join('')).toBe(text);
          expect(deltas).not.toContain('');
          if (count !== undefined) expect(deltas).toHaveLength(Math.min(count, Array.from(text).length));
          // Half a surrogate pair would become U+FFFD on the wire.
          expect(deltas.every((delta) => delta.isWellFormed())).toBe(text.isWellFormed());
        },
      ),
    );
  });

  it('are words when nobody asks for a number', () => {
    expect(cutIntoDeltas('one two  three ')).toEqual(['one', ' two', '  three', ' ']);
  });
});

describe('frames', () => {
  it('have an event line where the vendor writes one', () => {
    expect(namedFrame({ type: 'ping' }).text).toBe('event: ping\ndata: {"type":"ping"}\n\n');
    expect(dataFrame({ a: 1 }, 'eight ch').text).toBe('data: {"a":1}\n\n');
    expect(dataFrame('[DONE]').text).toBe('data: [DONE]\n\n');
  });

  it('weigh what they say', () => {
    expect(dataFrame({}, 'eight ch').tokens).toBe(2);
    expect(namedFrame({ type: 'ping' }).tokens).toBe(0);
  });
});
