import { isObject, type JsonObject } from '../json-object.js';
import type { GatewayError } from '../gateway-error.js';
import { errorFromAnthropicEvent } from './error-from-upstream.js';
import type { StopReason, Usage } from './messages.js';

const lineFeed = 10;
const carriageReturn = 13;
const space = 32;
const letterC = 99;
const letterD = 100;
const letterE = 101;
const letterM = 109;
const letterP = 112;

/** An event of interest is a few kilobytes. A longer one is not kept. */
const maxEventBytes = 1024 * 1024;

/**
 * Reads usage from an Anthropic event stream while its bytes are relayed untouched. It finds line ends natively and parses
 * only the handful of events that matter: `content_block_*` and `ping` say nothing about usage, and nearly all of a stream is
 * these. It never throws, whatever the bytes.
 */
export class UsageTap {
  /** The start of a line that the last chunk cut, in pieces. */
  private partial: Buffer[] = [];
  private partialBytes = 0;
  /** A cut line whose rest is of no interest either. */
  private skippingLine = false;
  private skippingEvent = false;
  private data: string[] = [];
  private dataBytes = 0;

  private tokens: JsonObject | undefined;
  private reason: StopReason | undefined;
  private answeredModel: string | undefined;
  private failure: GatewayError | undefined;
  private stopped = false;

  /** The last cumulative usage, complete with nulls; undefined before `message_start`. */
  get usage(): Usage | undefined {
    return this.tokens && toUsage(this.tokens);
  }

  get stopReason(): StopReason | undefined {
    return this.reason;
  }

  /** The model that the upstream says has answered. */
  get model(): string | undefined {
    return this.answeredModel;
  }

  /** Whether `message_stop` was seen: the answer is whole. */
  get complete(): boolean {
    return this.stopped;
  }

  /** The `error` event of the stream, if there was one. */
  get error(): GatewayError | undefined {
    return this.failure;
  }

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

  private keepPartial(piece: Buffer): void {
    const first = (this.partial[0] ?? piece)[0];
    this.partialBytes += piece.length;
    if ((first === letterD && this.skippingEvent) || this.partialBytes > maxEventBytes) {
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

  private line(buffer: Buffer, start: number, end: number): void {
    const first = buffer[start];
    if (start === end || (first === carriageReturn && start + 1 === end)) this.dispatch();
    else if (first === letterE) this.eventLine(buffer, start, end);
    else if (first === letterD && !this.skippingEvent) this.dataLine(buffer, start, end);
  }

  private eventLine(buffer: Buffer, start: number, end: number): void {
    // The first letter of the name decides without making a string of it.
    const letter = buffer[start + 6] === space ? buffer[start + 7] : buffer[start + 6];
    this.skippingEvent = letter === letterC || letter === letterP;
    // Some servers close without the blank line behind their last event.
    if (letter === letterM && buffer.toString('latin1', start + 6, end).trim() === 'message_stop') this.stopped = true;
  }

  private dataLine(buffer: Buffer, start: number, end: number): void {
    if (buffer.toString('latin1', start, start + 5) !== 'data:') return;
    this.dataBytes += end - start;
    if (this.dataBytes <= maxEventBytes) this.data.push(buffer.toString('utf8', start + 5, end));
  }

  private dispatch(): void {
    if (this.data.length > 0 && !this.skippingEvent && this.dataBytes <= maxEventBytes) this.read(this.data.join('\n'));
    this.skippingEvent = false;
    this.data = [];
    this.dataBytes = 0;
  }

  private read(text: string): void {
    let event: unknown;
    try {
      event = JSON.parse(text);
    } catch {
      return;
    }
    if (!isObject(event)) return;
    if (event.type === 'message_start' && isObject(event.message)) {
      if (typeof event.message.model === 'string') this.answeredModel = event.message.model;
      this.overlay(event.message.usage);
    } else if (event.type === 'message_delta') {
      if (isObject(event.delta) && typeof event.delta.stop_reason === 'string') {
        this.reason = event.delta.stop_reason as StopReason;
      }
      this.overlay(event.usage);
    } else if (event.type === 'message_stop') {
      this.stopped = true;
    } else if (event.type === 'error') {
      this.failure = errorFromAnthropicEvent(event);
    }
  }

  /** Counts are cumulative, and a later event may hold only some of them. */
  private overlay(usage: unknown): void {
    if (!isObject(usage)) return;
    const known = Object.entries(usage).filter(([, value]) => value !== null);
    this.tokens = { ...this.tokens, ...Object.fromEntries(known) };
  }
}

/** The usage of a plain answer's parsed body, complete with nulls; undefined when it has none. */
export function usageFromMessageBody(json: unknown): Usage | undefined {
  return isObject(json) && isObject(json.usage) ? toUsage(json.usage) : undefined;
}

/** Usage with every member present, whatever an upstream of whichever age left out or got wrong. */
function toUsage(usage: JsonObject): Usage {
  const known = usage as Partial<Usage>;
  return {
    ...known,
    cache_creation: isObject(usage.cache_creation) ? (known.cache_creation ?? null) : null,
    cache_creation_input_tokens: count(usage.cache_creation_input_tokens) ?? null,
    cache_read_input_tokens: count(usage.cache_read_input_tokens) ?? null,
    inference_geo: known.inference_geo ?? null,
    input_tokens: count(usage.input_tokens) ?? 0,
    output_tokens: count(usage.output_tokens) ?? 0,
    output_tokens_details: isObject(usage.output_tokens_details) ? (known.output_tokens_details ?? null) : null,
    server_tool_use: isObject(usage.server_tool_use) ? (known.server_tool_use ?? null) : null,
    service_tier: known.service_tier ?? null,
    speed: known.speed ?? null,
  };
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}
