const lineFeed = 10;
const carriageReturn = 13;

/**
 * Lets through only whole server-sent events, byte for byte: what an upstream cut off in the middle of one leaves behind is
 * never half an event in front of our own error event.
 */
export class WholeEvents {
  private rest: Uint8Array | undefined;

  /** The bytes up to the last blank line; undefined while there is none. */
  push(chunk: Uint8Array): Uint8Array | undefined {
    const bytes = this.rest === undefined ? chunk : Buffer.concat([this.rest, chunk]);
    const end = endOfLastEvent(bytes);
    this.rest = end === bytes.length ? undefined : bytes.subarray(end);
    return end === 0 ? undefined : bytes.subarray(0, end);
  }

  /** What is left when the upstream has ended: nothing, or half an event. */
  end(): Uint8Array | undefined {
    return this.rest;
  }
}

function endOfLastEvent(bytes: Uint8Array): number {
  for (let at = bytes.length - 1; at > 0; at = bytes.lastIndexOf(lineFeed, at - 1)) {
    if (bytes[at] !== lineFeed) continue;
    const before = bytes[at - 1] === carriageReturn ? at - 2 : at - 1;
    if (bytes[before] === lineFeed) return at + 1;
  }
  return 0;
}
