import { GatewayError } from '#wire';

const lineFeed = 10;
const carriageReturn = 13;

/** As long as an event of a translated stream may be: the longest real ones, search results, are a few megabytes. */
const maxEventBytes = 32 * 1024 * 1024;

/**
 * Lets through only whole server-sent events, byte for byte: what an upstream cut off in the middle of one leaves behind is
 * never half an event in front of our own error event.
 */
export class WholeEvents {
  /** The beginning of an event in pieces: joining them at every chunk would cost the square of its length. */
  private pieces: Uint8Array[] = [];
  private heldBytes = 0;

  /** The bytes up to the last blank line; undefined while there is none. Throws `GatewayError` for an event without end. */
  push(chunk: Uint8Array): Uint8Array | undefined {
    const end = this.endOfLastEvent(chunk);
    if (end === 0) {
      this.hold(chunk);
      return undefined;
    }
    const first = chunk.subarray(0, end);
    const whole = this.pieces.length === 0 ? first : Buffer.concat([...this.pieces, first]);
    this.pieces = [];
    this.heldBytes = 0;
    if (end < chunk.length) this.hold(chunk.subarray(end));
    return whole;
  }

  /** What is left when the upstream has ended: nothing, or half an event. */
  end(): Uint8Array | undefined {
    return this.pieces.length === 0 ? undefined : Buffer.concat(this.pieces);
  }

  private hold(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.pieces.push(piece);
    this.heldBytes += piece.length;
    if (this.heldBytes > maxEventBytes) {
      throw new GatewayError('upstream_invalid_answer', 'The upstream sent an event that does not end');
    }
  }

  private endOfLastEvent(chunk: Uint8Array): number {
    for (let at = chunk.lastIndexOf(lineFeed); at !== -1; at = at === 0 ? -1 : chunk.lastIndexOf(lineFeed, at - 1)) {
      const before = this.byteAt(chunk, at - 1) === carriageReturn ? at - 2 : at - 1;
      if (this.byteAt(chunk, before) === lineFeed) return at + 1;
    }
    return 0;
  }

  /** Of the chunk, or with a negative index of what is held before it. */
  private byteAt(chunk: Uint8Array, index: number): number | undefined {
    let place = index;
    for (let piece: Uint8Array | undefined = chunk, count = this.pieces.length; piece !== undefined;) {
      if (place >= 0) return piece[place];
      piece = this.pieces[--count];
      place += piece?.length ?? 0;
    }
    return undefined;
  }
}
