import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { endsEvent, SseDecoder, type SseEvent } from './sse-decoder.js';

function decoded(...chunks: (string | Uint8Array)[]): SseEvent[] {
  const decoder = new SseDecoder();
  const events = chunks.flatMap((chunk) => decoder.push(Buffer.from(chunk)));
  return [...events, ...decoder.end()];
}

describe('SseDecoder', () => {
  it('fails on a NUL byte, behind which a whole line would be lost unseen', () => {
    expect(() => decoded('data: 1\n\n', '\0\0data: 2\n\n')).toThrow(RangeError);
    expect(decoded('data: "\\u0000"\n\n')).toEqual([{ event: '', data: '"\\u0000"' }]);
  });

  it.each<[string, string, SseEvent[]]>([
    ['an event and its data', 'event: a\ndata: 1\n\n', [{ event: 'a', data: '1' }]],
    [
      'CRLF line ends',
      'event: a\r\ndata: 1\r\n\r\ndata: 2\r\n\r\n',
      [
        { event: 'a', data: '1' },
        { event: '', data: '2' },
      ],
    ],
    ['data without a space', 'event:a\ndata:1\n\n', [{ event: 'a', data: '1' }]],
    ['only one space as no part of the data', 'data:  1 \n\n', [{ event: '', data: ' 1 ' }]],
    ['several data lines', 'data: {\ndata: }\n\n', [{ event: '', data: '{\n}' }]],
    ['comments, ids and unknown fields', ': hi\nid: 4\nretry: 3\nfoo: x\ndata: 1\n\n', [{ event: '', data: '1' }]],
    ['an event that has no data, as none', 'event: a\n\ndata: 1\n\n', [{ event: '', data: '1' }]],
    ['empty data', 'data:\n\n', [{ event: '', data: '' }]],
    [
      'a last event without its blank line',
      'data: 1\n\ndata: 2',
      [
        { event: '', data: '1' },
        { event: '', data: '2' },
      ],
    ],
    ['a byte order mark', '\uFEFFdata: 1\n\n', [{ event: '', data: '1' }]],
    ['nothing', '', []],
    ['blank lines', '\n\n\r\n\n', []],
  ])('reads %s', (_case, text, events) => {
    expect(decoded(text)).toEqual(events);
  });

  it('keeps a carriage return that ends no line', () => {
    expect(decoded('data: a\rb\n\n')).toEqual([{ event: '', data: 'a\rb' }]);
  });

  it('reads the same wherever the network cuts, inside a character too', () => {
    const texts = fc.stringMatching(/^[^\r\n]*$/).filter((text) => text.isWellFormed() && !text.startsWith('\uFEFF'));
    const event = fc.record({ event: texts, data: fc.array(texts, { minLength: 1, maxLength: 3 }) });
    fc.assert(
      fc.property(fc.array(event), fc.boolean(), fc.array(fc.nat(200)), (events, crlf, cuts) => {
        const lineEnd = crlf ? '\r\n' : '\n';
        const text = events
          .map((one) => [`event: ${one.event}`, ...one.data.map((data) => `data: ${data}`), '', ''].join(lineEnd))
          .join('');
        const expected = events.map((one) => ({ event: one.event, data: one.data.join('\n') }));
        const bytes = Buffer.from(text);
        const ends = [...new Set(cuts)].filter((cut) => cut < bytes.length).toSorted((left, right) => left - right);
        const chunks = [0, ...ends].map((from, index) => bytes.subarray(from, ends[index] ?? bytes.length));
        expect(decoded(...chunks)).toEqual(expected);
      }),
    );
    const sample = Buffer.from('event: a\r\ndata: é🌍\r\n\r\n: c\ndata: ü\n\n');
    for (let at = 0; at <= sample.length; at += 1) {
      expect(decoded(sample.subarray(0, at), sample.subarray(at))).toEqual(decoded(sample));
    }
  });

  it('gives up on an event that never ends', () => {
    const decoder = new SseDecoder(100);
    expect(() => {
      for (let count = 0; count < 20; count += 1) decoder.push(Buffer.from('data: 123456789'));
    }).toThrow(RangeError);
    const lines = new SseDecoder(100);
    expect(() => {
      for (let count = 0; count < 20; count += 1) lines.push(Buffer.from('data: 123456789\n'));
    }).toThrow(RangeError);
  });
});

describe('endsEvent', () => {
  it('knows a blank line at the end', () => {
    expect(['data: 1\n\n', 'data: 1\r\n\r\n', 'data: 1\n\r\n'].map((text) => endsEvent(Buffer.from(text)))).toEqual([
      true,
      true,
      true,
    ]);
    expect(['', '\n', 'data: 1\n', 'data: 1\r\n', 'data: 1'].map((text) => endsEvent(Buffer.from(text)))).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});
