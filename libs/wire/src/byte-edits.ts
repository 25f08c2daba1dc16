import type { Span } from './json-scanner.js';

export interface Edit {
  readonly span: Span;
  readonly by: Buffer;
}

/** The body with each span replaced, every other byte unchanged; the body itself when there is nothing to edit. */
export function edited(body: Buffer, edits: readonly Edit[]): Buffer {
  if (edits.length === 0) return body;
  const pieces: Buffer[] = [];
  let from = 0;
  for (const { span, by } of edits.toSorted((left, right) => left.span.start - right.span.start)) {
    pieces.push(body.subarray(from, span.start), by);
    from = span.end;
  }
  pieces.push(body.subarray(from));
  return Buffer.concat(pieces);
}
