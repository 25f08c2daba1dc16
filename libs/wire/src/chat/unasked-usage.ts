import { isObject } from '../json-object.js';

/**
 * Only a usage object has this key, so that its absence says that there is nothing to take out. Searched without its first quote,
 * because every other character of a chunk is one and the search would stop at each.
 */
const usageMark = Buffer.from('prompt_tokens"');

/** A longer event is no usage chunk, and is let through in pieces. */
const maxHeldBytes = 1024 * 1024;

const lineFeed = 10;
const carriageReturn = 13;

/**
 * Takes out of a relayed Chat stream the chunk with usage that the gateway asked for and the client did not
 * ({@link askForUsage}); clients that expect a choice in every chunk break on it. Every other byte stays. What the option
 * leaves in the other chunks is `"usage":null`, which means the same as nothing. One per stream.
 */
export class UnaskedUsage {
  private held: Buffer | undefined;

  /** The bytes up to the end of the last whole event, without the usage chunk; undefined when there are none. */
  push(chunk: Uint8Array): Uint8Array | undefined {
    const bytes = this.held === undefined ? viewOf(chunk) : Buffer.concat([this.held, chunk]);
    const end = bytes.length > maxHeldBytes ? bytes.length : endOfLastEvent(bytes);
    // A copy: the network layer may reuse the chunk's memory.
    this.held = end === bytes.length ? undefined : Buffer.from(bytes.subarray(end));
    const whole = withoutUsage(bytes.subarray(0, end));
    return whole.length === 0 ? undefined : whole;
  }

  /** What is held when the upstream has ended: nothing, or an event without its blank line. */
  end(): Uint8Array | undefined {
    const rest = this.held && withoutUsage(this.held);
    this.held = undefined;
    return rest === undefined || rest.length === 0 ? undefined : rest;
  }
}

function viewOf(chunk: Uint8Array): Buffer {
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}

function withoutUsage(events: Buffer): Buffer {
  if (events.lastIndexOf(usageMark) === -1) return events;
  const kept: Buffer[] = [];
  for (let start = 0; start < events.length;) {
    const end = endOfEvent(events, start);
    const event = events.subarray(start, end);
    if (!isUsageChunk(event)) kept.push(event);
    start = end;
  }
  return Buffer.concat(kept);
}

function isUsageChunk(event: Buffer): boolean {
  const data = event
    .toString()
    .split(/\r?\n/)
    .flatMap((line) => (line.startsWith('data:') ? line.slice(5) : []));
  let chunk: unknown;
  try {
    chunk = JSON.parse(data.join('\n'));
  } catch {
    return false;
  }
  return isObject(chunk) && isObject(chunk.usage) && Array.isArray(chunk.choices) && chunk.choices.length === 0;
}

/** Behind the blank line that ends the event at `start`, or the end of all. */
function endOfEvent(bytes: Buffer, start: number): number {
  for (let feed = bytes.indexOf(lineFeed, start); feed !== -1; feed = bytes.indexOf(lineFeed, feed + 1)) {
    if (isBlankLine(bytes, feed)) return feed + 1;
  }
  return bytes.length;
}

function endOfLastEvent(bytes: Buffer): number {
  for (let feed = bytes.lastIndexOf(lineFeed); feed > 0; feed = bytes.lastIndexOf(lineFeed, feed - 1)) {
    if (isBlankLine(bytes, feed)) return feed + 1;
  }
  return 0;
}

/** Whether the line that ends at this line feed is empty. */
function isBlankLine(bytes: Buffer, feed: number): boolean {
  const before = bytes[feed - 1] === carriageReturn ? feed - 2 : feed - 1;
  return bytes[before] === lineFeed;
}
