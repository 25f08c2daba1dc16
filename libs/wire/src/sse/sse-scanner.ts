const lineFeed = 10;
const carriageReturn = 13;
const space = 32;
const colon = 58;
const letterD = 100;
const letterE = 101;

/** Who listens to the events of a stream, and to as few of them as possible. */
export interface SseListener {
  /** Whether an event of this name matters, which stands in `bytes` from `start` to `end`. Not asked for one without a name. */
  wants(bytes: Buffer, start: number, end: number): boolean;
  /**
   * An event that matters, or has no name.
   * @param data as Latin-1, one character a byte, because most of it is only searched; see {@link parsedData}
   * @param name `''` when it has none
   */
  event(data: string, name: string): void;
}

/**
 * Finds server-sent events in bytes without decoding those that nobody wants. Line ends are searched natively and the data of
 * unwanted events is never touched, so that a relayed stream costs next to nothing.
 */
export class SseScanner {
  /** The start of a line that the last chunk cut, in pieces. */
  private partial: Buffer[] = [];
  private partialBytes = 0;
  /** The rest of a cut line is of no interest either. */
  private skippingLine = false;
  private skippingEvent = false;
  private tooLong = false;
  private name = '';
  private data: string | undefined;

  /** @param maxEventBytes a longer event is not kept, against an upstream that never ends one */
  constructor(
    private readonly listener: SseListener,
    private readonly maxEventBytes: number,
  ) {}

  push(chunk: Uint8Array): void {
    const buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let start = 0;
    for (;;) {
      const feed = buffer.indexOf(lineFeed, start);
      if (feed === -1) break;
      if (this.skippingLine) this.skippingLine = false;
      else if (this.partial.length > 0) this.joinedLine(buffer.subarray(start, feed));
      else this.line(buffer, start, feed);
      start = feed + 1;
    }
    if (start < buffer.length && !this.skippingLine) this.keepPartial(buffer.subarray(start));
  }

  /** The stream is over: some servers close without the blank line behind their last event. */
  end(): void {
    if (this.partial.length > 0) this.joinedLine(Buffer.alloc(0));
    this.dispatch();
  }

  private keepPartial(piece: Buffer): void {
    const first = (this.partial[0] ?? piece)[0];
    this.partialBytes += piece.length;
    const isLong = this.partialBytes > this.maxEventBytes;
    if (isLong) this.tooLong = true;
    if (isLong || (first === letterD && this.skippingEvent)) {
      this.skippingLine = true;
      this.clearPartial();
    } else {
      // A copy: the network layer may reuse the chunk's memory.
      this.partial.push(Buffer.from(piece));
    }
  }

  private joinedLine(piece: Buffer): void {
    const line = Buffer.concat([...this.partial, piece]);
    this.clearPartial();
    this.line(line, 0, line.length);
  }

  private clearPartial(): void {
    this.partial = [];
    this.partialBytes = 0;
  }

  private line(buffer: Buffer, start: number, feed: number): void {
    const end = feed > start && buffer[feed - 1] === carriageReturn ? feed - 1 : feed;
    if (start === end) this.dispatch();
    else if (buffer[start] === letterE) this.eventLine(buffer, start, end);
    else if (buffer[start] === letterD && !this.skippingEvent) this.dataLine(buffer, start, end);
  }

  private eventLine(buffer: Buffer, start: number, end: number): void {
    if (buffer[start + 5] !== colon) return;
    const from = buffer[start + 6] === space ? start + 7 : start + 6;
    this.skippingEvent = !this.listener.wants(buffer, from, end);
    this.name = this.skippingEvent ? '' : buffer.toString('latin1', from, end);
  }

  private dataLine(buffer: Buffer, start: number, end: number): void {
    const line = buffer.toString('latin1', start, end);
    if (!line.startsWith('data:') || this.tooLong) return;
    this.data = this.data === undefined ? line.slice(5) : `${this.data}\n${line.slice(5)}`;
    if (this.data.length > this.maxEventBytes) this.tooLong = true;
  }

  private dispatch(): void {
    const { data, name, skippingEvent, tooLong } = this;
    this.skippingEvent = false;
    this.tooLong = false;
    this.name = '';
    this.data = undefined;
    if (skippingEvent || (data === undefined && name === '')) return;
    if (!tooLong) this.listener.event(data ?? '', name);
    // Its name may say enough.
    else if (name !== '') this.listener.event('', name);
  }
}

/** The JSON in an event's data; `undefined` where there is none. */
export function parsedData(data: string): unknown {
  try {
    return JSON.parse(Buffer.from(data, 'latin1').toString());
  } catch {
    return undefined;
  }
}
