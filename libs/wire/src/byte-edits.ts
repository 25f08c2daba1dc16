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

const nothing = Buffer.alloc(0);

/** Cuts that take some elements out of an array, or members out of an object, each with the one comma that has become too much. */
export function removals(elements: readonly Span[], drop: readonly boolean[]): Edit[] {
  const cuts: Edit[] = [];
  let kept = false;
  for (const [index, element] of elements.entries()) {
    if (!drop[index]) {
      kept = true;
      continue;
    }
    // After a kept element the comma before goes; before any kept one, the comma behind and the space up to the next.
    const start = kept ? (elements[index - 1]?.end ?? element.start) : element.start;
    const end = kept ? element.end : (elements[index + 1]?.start ?? element.end);
    cuts.push({ span: { start, end }, by: nothing });
  }
  return cuts;
}
