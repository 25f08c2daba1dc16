import {
  GatewayError,
  type MessagesEvent,
  SseDecoder,
  type StopReason,
  type StreamFormatter,
  type StreamReader,
} from '#wire';
import { warningCodes } from '../warning-codes.js';
import { asUpstreams } from './as-upstreams.js';
import type { AnswerReport } from './exchange.js';
import { type PatientReader, silence } from './patient-reader.js';

/**
 * How long, from the upstream's headers on, the status is held back for its first word, so that an early failure is an HTTP error
 * that clients retry rightly. After this the answer begins with pings, and errors are events. Balancers count from the request on, and
 * CloudFront gives an origin 60 s: how long the headers may take is a target's `firstByteMs`.
 */
const holdMs = 20_000;

/** Reasoning models are silent for minutes; balancers and clients take a silent connection for a dead one. */
const pingEveryMs = 12_000;

/** A streamed answer in the client's dialect, from its first word to its last. One per answer. */
export class TranslatedStream {
  private readonly decoder = new SseDecoder();
  private held = '';
  private stopReason: StopReason | undefined;
  private ended = false;
  /** Told after what came before it in the same chunk has been said. */
  private failure: GatewayError | undefined;

  constructor(
    private readonly chunks: PatientReader<Uint8Array>,
    private readonly reader: StreamReader,
    private readonly formatter: StreamFormatter,
    private readonly estimateInput: () => Promise<number>,
  ) {}

  /** Reads until there is something to say, or has waited long enough. Throws a failure that comes first. */
  async begin(): Promise<void> {
    const deadlineMs = performance.now() + holdMs;
    try {
      while (this.held === '' && !this.ended) {
        const leftMs = deadlineMs - performance.now();
        const next = leftMs > 0 ? await this.chunks.next(leftMs) : silence;
        if (next === silence) return;
        this.held = this.translate(next);
        if (this.failure !== undefined) throw this.failure;
      }
    } catch (error) {
      await this.chunks.close();
      throw error;
    }
  }

  async *relay(): AsyncGenerator<string> {
    try {
      if (this.held !== '') yield this.held;
      this.held = '';
      while (!this.ended) {
        const next = await this.chunks.next(pingEveryMs);
        const text = next === silence ? this.formatter.write({ type: 'ping' }) : this.translate(next);
        if (text !== '') yield text;
        if (this.failure !== undefined) throw this.failure;
      }
      if (this.reader.cut) yield await this.cutOff();
    } finally {
      // Not waited for: the client has its answer.
      if (this.ended && !this.reader.cut) void this.chunks.drain();
      else await this.chunks.close();
    }
  }

  /** A stop sequence found here has more words behind it, which would have to be paid for; what the upstream counted goes with them. */
  private async cutOff(): Promise<string> {
    await this.chunks.close();
    const inputTokens = this.reader.usage === undefined ? await this.estimateInput() : undefined;
    return this.ending(inputTokens);
  }

  fail(errorBody: unknown): string {
    return this.formatter.fail(errorBody);
  }

  report(): AnswerReport {
    const { usage, model, warnings: losses } = this.reader;
    return { usage, stopReason: this.stopReason, model, losses };
  }

  /** All events of a chunk as one text, so that what arrived together is written together. */
  private translate(next: IteratorResult<Uint8Array>): string {
    let text = '';
    try {
      for (const event of next.done === true ? this.decoder.end() : this.decoder.push(next.value)) {
        for (const translated of asUpstreams(() => this.reader.read(event))) text += this.write(translated);
        if (this.reader.finished) break;
      }
      if (next.done === true || this.reader.finished) {
        if (!this.reader.cut) text += this.ending();
        this.ended = true;
      }
    } catch (error) {
      this.failure =
        error instanceof GatewayError ? error : new GatewayError('internal', 'Internal error', { cause: error });
    }
    return text;
  }

  private ending(inputTokens?: number): string {
    let text = '';
    for (const translated of asUpstreams(() => this.reader.end(inputTokens))) text += this.write(translated);
    return text + lossesOf(this.reader) + this.formatter.end();
  }

  private write(event: MessagesEvent): string {
    if (event.type === 'message_delta') this.stopReason = event.delta.stop_reason ?? undefined;
    return this.formatter.write(event);
  }
}

/** The headers have gone when an answer shows what cannot be kept of it: a comment, which every client's parser skips. */
function lossesOf({ warnings }: StreamReader): string {
  return warnings.length === 0 ? '' : `: x-proxy-warnings: ${warningCodes(warnings)}\n\n`;
}
