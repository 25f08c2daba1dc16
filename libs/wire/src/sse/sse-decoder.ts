import { Utf8Chunks } from './utf8-chunks.js';

/** One server-sent event. `data` joins several data lines by a newline, as the standard says. */
export interface SseEvent {
  /** The `event:` line; `''` when there was none. */
  readonly event: string;
  readonly data: string;
}

const lineFeed = 10;
const carriageReturn = 13;

/**
 * Server-sent events out of bytes, however the network cut them: CRLF or LF, UTF-8 split across chunks, comments,
 * `data:` with or without a space. One per stream.
 */
export class SseDecoder {
  private readonly utf8 = new Utf8Chunks();
  private rest = '';
  private event = '';
  private data: string | undefined;

  /** @param maxEventChars longest event that is kept, against an upstream that never ends a line */
  constructor(private readonly maxEventChars = 32 * 1024 * 1024) {}

  /** The events that this chunk completes. Throws `RangeError` when one event outgrows the limit, or for a NUL byte. */
  push(chunk: Uint8Array): SseEvent[] {
    return this.take(this.utf8.push(chunk));
  }

  /** The event that the stream's end completes, if a blank line was still missing. */
  end(): SseEvent[] {
    return this.take(`${this.utf8.end()}\n\n`);
  }

  private take(text: string): SseEvent[] {
    // A line that begins with one is no field and would be ignored, and what it says lost; JSON never holds one unescaped.
    if (text.includes('\0')) throw new RangeError('a stream of events holds a NUL byte');
    // Without a line end there is nothing to find, and searching would flatten the growing string once a chunk.
    if (!text.includes('\n')) {
      this.rest += text;
      this.checkLength();
      return [];
    }
    const events: SseEvent[] = [];
    const buffer = this.rest === '' ? text : this.rest + text;
    let start = 0;
    for (;;) {
      const feed = buffer.indexOf('\n', start);
      if (feed === -1) break;
      const end = feed > start && buffer.charCodeAt(feed - 1) === carriageReturn ? feed - 1 : feed;
      if (end === start) this.dispatch(events);
      else this.line(buffer, start, end);
      start = feed + 1;
    }
    this.rest = start === 0 ? buffer : buffer.slice(start);
    this.checkLength();
    return events;
  }

  private checkLength(): void {
    if (this.rest.length + (this.data?.length ?? 0) > this.maxEventChars) {
      throw new RangeError(`a server-sent event is longer than ${this.maxEventChars} characters`);
    }
  }

  private line(buffer: string, start: number, end: number): void {
    if (buffer.startsWith('data:', start)) {
      const value = buffer.slice(buffer[start + 5] === ' ' ? start + 6 : start + 5, end);
      this.data = this.data === undefined ? value : `${this.data}\n${value}`;
    } else if (buffer.startsWith('event:', start)) {
      this.event = buffer.slice(buffer[start + 6] === ' ' ? start + 7 : start + 6, end);
    }
  }

  private dispatch(events: SseEvent[]): void {
    if (this.data !== undefined) events.push({ event: this.event, data: this.data });
    this.event = '';
    this.data = undefined;
  }
}

/** Whether these bytes end in the blank line after which nothing of an event is pending. */
export function endsEvent(chunk: Uint8Array): boolean {
  const last = chunk.length - 1;
  if (chunk[last] !== lineFeed) return false;
  return chunk[last - 1] === lineFeed || (chunk[last - 1] === carriageReturn && chunk[last - 2] === lineFeed);
}
