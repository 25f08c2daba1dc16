import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AnswerReader } from './answer-reader.js';

const body = `event: message_delta\n\n${'ß'.repeat(700)}event: message_stop\n\n`;

function chunked(sizes: readonly number[]): Buffer {
  const bytes = Buffer.from(body);
  const chunks: Buffer[] = [];
  for (let at = 0, index = 0; at < bytes.length; index += 1) {
    const piece = bytes.subarray(at, at + (sizes[index % sizes.length] ?? 1));
    chunks.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n'));
    at += piece.length;
  }
  const head = Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
  return Buffer.concat([head, ...chunks, Buffer.from('0\r\n\r\n')]);
}

function read(answer: Buffer, cuts: readonly number[]): AnswerReader {
  const reader = new AnswerReader();
  const ends = [...cuts.map((cut) => cut % answer.length), answer.length].toSorted((a, b) => a - b);
  let start = 0;
  for (const end of ends) {
    if (!reader.done) reader.push(answer.subarray(start, end));
    start = end;
  }
  return reader;
}

describe('AnswerReader', () => {
  it('reads a chunked answer however it was chunked and cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (sizes, cuts) => {
          const reader = read(chunked(sizes), cuts);
          expect([reader.status, reader.done, reader.bodyBytes]).toEqual([200, true, Buffer.byteLength(body)]);
        },
      ),
    );
  });

  it('reads an answer with a length however it was cut', () => {
    const answer = Buffer.from(
      `HTTP/1.1 401 Unauthorized\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 12 }), (cuts) => {
        const reader = read(answer, cuts);
        expect([reader.status, reader.done, reader.bodyBytes]).toEqual([401, true, Buffer.byteLength(body)]);
      }),
    );
  });

  it('is not done with half an answer', () => {
    const answer = chunked([100]);
    const reader = new AnswerReader();
    reader.push(answer.subarray(0, answer.length - 8));
    expect(reader.done).toBe(false);
  });

  it('keeps the end of the body', () => {
    expect(read(chunked([50]), [20, 400]).tail).toContain('message_stop');
  });
});
