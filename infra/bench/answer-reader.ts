const headEnd = '\r\n\r\n';
const carriageReturnLineFeed = 2;
const keptPieces = 4;

/**
 * Reads one HTTP/1.1 answer as it arrives and looks at no more of it than is needed to know that it is whole: a load generator
 * that costs as much as what it measures measures itself.
 */
export class AnswerReader {
  status = 0;
  /** Of the body, decoded. */
  bodyBytes = 0;
  done = false;
  private head: Buffer | undefined;
  private inHead = true;
  private chunked = false;
  /** Bytes until the end of the body, or of the chunk. */
  private left = 0;
  /** Of a chunk's size line that another read completes. */
  private line = '';
  /** Of the line end behind a chunk's data. */
  private skip = 0;
  private readonly pieces: Buffer[] = [];

  push(bytes: Buffer): void {
    let at = 0;
    if (this.inHead) {
      const start = this.readHead(bytes);
      if (start === undefined) return;
      at = start;
    }
    if (this.chunked) this.readChunks(bytes, at);
    else this.readBody(bytes, at);
  }

  /** The last bytes of the body. */
  get tail(): string {
    return Buffer.concat(this.pieces).toString('latin1').slice(-1024);
  }

  /** Where the body begins in these bytes; undefined while the head is not complete. */
  private readHead(bytes: Buffer): number | undefined {
    const before = this.head?.length ?? 0;
    const head = this.head === undefined ? bytes : Buffer.concat([this.head, bytes]);
    const end = head.indexOf(headEnd);
    if (end === -1) {
      this.head = head;
      return undefined;
    }
    this.inHead = false;
    const text = head.toString('latin1', 0, end);
    this.status = Number(text.slice(9, 12));
    const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1];
    this.chunked = length === undefined;
    this.left = Number(length ?? 0);
    return end + headEnd.length - before;
  }

  private readBody(bytes: Buffer, at: number): void {
    const piece = bytes.subarray(at, at + this.left);
    this.keep(piece);
    this.left -= piece.length;
    this.done = this.left === 0;
  }

  private readChunks(bytes: Buffer, from: number): void {
    let at = from;
    while (at < bytes.length && !this.done) {
      if (this.left > 0) {
        const piece = bytes.subarray(at, at + this.left);
        this.keep(piece);
        this.left -= piece.length;
        at += piece.length;
        if (this.left === 0) this.skip = carriageReturnLineFeed;
      } else if (this.skip > 0) {
        const skipped = Math.min(this.skip, bytes.length - at);
        this.skip -= skipped;
        at += skipped;
      } else {
        at = this.readSize(bytes, at);
      }
    }
  }

  private readSize(bytes: Buffer, at: number): number {
    const end = bytes.indexOf('\n', at);
    this.line += bytes.toString('latin1', at, end === -1 ? bytes.length : end);
    if (end === -1) return bytes.length;
    this.left = Number.parseInt(this.line, 16);
    // The empty line after the last chunk comes in the same packet, or is dropped with the reader.
    this.done = this.left === 0;
    this.line = '';
    return end + 1;
  }

  private keep(piece: Buffer): void {
    this.bodyBytes += piece.length;
    if (piece.length === 0) return;
    this.pieces.push(piece);
    if (this.pieces.length > keptPieces) this.pieces.shift();
  }
}
