import * as fc from 'fast-check';
import type { AnswerTap } from '../answer-tap.js';

/** What a tap has understood. */
export function outcomeOf(tap: AnswerTap): unknown {
  const { usage, stopReason, model, started, complete, error } = tap;
  return { usage, stopReason, model, started, complete, error: error && [error.code, error.message] };
}

/** Chunks whose memory is overwritten behind the tap's back, as the network layer may do. */
export function tapped<Tap extends AnswerTap>(tap: Tap, chunks: Iterable<Uint8Array>): Tap {
  for (const chunk of chunks) {
    const copy = Uint8Array.from(chunk);
    tap.push(copy);
    copy.fill(120);
  }
  tap.end();
  return tap;
}

/** The bytes in pieces: at every single place once, in single bytes, and at random. */
export function everyCut(bytes: Buffer): Uint8Array[][] {
  const cuts: Uint8Array[][] = [];
  for (let at = 0; at <= bytes.length; at += 1) cuts.push([bytes.subarray(0, at), bytes.subarray(at)]);
  cuts.push(Array.from(bytes, (byte) => Buffer.from([byte])));
  for (const places of fc.sample(fc.uniqueArray(fc.nat(bytes.length), { maxLength: 12 }), 100)) {
    const ends = [...places.toSorted((left, right) => left - right), bytes.length];
    cuts.push(ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end)));
  }
  return cuts;
}

/** Streams of these events and of rubbish, in any order. */
export function rubbishAmong(events: readonly string[]): fc.Arbitrary<Uint8Array[]> {
  const event = fc.constantFrom(...events).map((text) => Buffer.from(text));
  const line = fc.json().map((json) => Buffer.from(`data: ${json}\n\n`));
  return fc.array(fc.oneof(fc.uint8Array(), event, line));
}
