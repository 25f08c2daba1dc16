import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { WholeEvents } from './whole-events.js';

function relay(chunks: readonly Buffer[]): { relayed: string[]; rest: string } {
  const events = new WholeEvents();
  const relayed = chunks.map((chunk) => events.push(chunk)).filter((whole) => whole !== undefined);
  return {
    relayed: relayed.map((bytes) => Buffer.from(bytes).toString()),
    rest: Buffer.from(events.end() ?? []).toString(),
  };
}

describe('WholeEvents', () => {
  it('lets a chunk of whole events through as it is', () => {
    expect(relay([Buffer.from('data: a\n\ndata: b\n\n')])).toEqual({ relayed: ['data: a\n\ndata: b\n\n'], rest: '' });
  });

  it('keeps half an event back until its other half comes', () => {
    expect(relay([Buffer.from('data: a\n\nda'), Buffer.from('ta: b\n'), Buffer.from('\n')])).toEqual({
      relayed: ['data: a\n\n', 'data: b\n\n'],
      rest: '',
    });
  });

  it('gives up an event that does not end, and takes no more time for a long one than it has bytes', () => {
    const events = new WholeEvents();
    const chunk = Buffer.alloc(16 * 1024, 'a');
    for (let bytes = chunk.length; bytes <= 32 * 1024 * 1024; bytes += chunk.length)
      expect(events.push(chunk)).toBeUndefined();
    expect(() => events.push(chunk)).toThrow('an event that does not end');
  });

  it('never changes a byte, and lets through only what ends in a blank line, however the stream is cut', () => {
    const stream = fc
      .array(fc.tuple(fc.stringMatching(/^[ -~é]{0,20}$/), fc.constantFrom('\n\n', '\r\n\r\n', '\n')), {
        maxLength: 10,
      })
      .map((events) => Buffer.from(events.map(([data, end]) => `data: ${data}${end}`).join('')));
    fc.assert(
      fc.property(stream, fc.array(fc.nat(200), { maxLength: 10 }), (bytes, cuts) => {
        const places = [...new Set([0, ...cuts.filter((cut) => cut < bytes.length), bytes.length])].toSorted(
          (a, b) => a - b,
        );
        const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
        const { relayed, rest } = relay(chunks);
        expect(relayed.join('') + rest).toBe(bytes.toString());
        for (const text of relayed) expect(text).toMatch(/\n\r?\n$/);
        expect(rest).not.toMatch(/\n\r?\n/);
      }),
    );
  });
});
