import type { UpstreamResponse } from '#providers';
import {
  GatewayError,
  healingWarning,
  healRequest,
  type MessagesEvent,
  ResponsesStreamReader,
  SseDecoder,
  type StopReason,
  type StreamFormatter,
  type StreamReader,
  type UnsupportedParameter,
  unsupportedParameter,
  type UpstreamDialect,
  type Warning,
} from '#wire';
import { clientsRefusal } from '../clients-refusal.js';
import type { Inbound } from '../inbound.js';
import type { Target } from '../router.js';
import { estimateInputTokens } from '../token-estimate.js';
import { type UpstreamRequest, upstreamRequest } from '../upstream-dialect.js';
import type { Lesson, Refused, TranslationMemory } from '../translation-memory.js';
import { warningCodes } from '../warning-codes.js';
import type { AnswerReport, Exchange, ExchangeAnswer, Refusal } from './exchange.js';
import { PatientReader, silence } from './patient-reader.js';
import { parseExactAnswer, readBody, readHead } from './read-body.js';
import { relayedHeaders } from './relayed-headers.js';

/**
 * How long, from the upstream's headers on, the status is held back for its first word, so that an early failure is an HTTP error
 * that clients retry rightly. After this the answer begins with pings, and errors are events. Balancers count from the request on, and
 * CloudFront gives an origin 60 s: how long the headers may take is a target's `firstByteMs`.
 */
const holdMs = 20_000;

/** Reasoning models are silent for minutes; balancers and clients take a silent connection for a dead one. */
const pingEveryMs = 12_000;

/** Any dialect to any other, by way of the canonical one. */
export class Translated implements Exchange {
  readonly sameDialect = false;
  readonly body: string;
  readonly warnings: readonly Warning[];

  private constructor(
    private readonly inbound: Inbound,
    private readonly target: Target,
    readonly dialect: UpstreamDialect,
    private readonly upstream: UpstreamRequest,
    private readonly memory: TranslationMemory,
    private readonly sent: Readonly<Record<string, unknown>>,
    private readonly losses: readonly Warning[],
    private readonly lessons: readonly Lesson[],
    private readonly isHealed: boolean,
  ) {
    this.body = JSON.stringify(sent);
    const { warnings, pathOf } = inbound.canonical();
    const ours = [...upstream.warnings, ...losses];
    this.warnings = [...warnings, ...ours.map(({ code, path }) => ({ code, path: pathOf(path) }))];
  }

  /**
   * `refused` is what the upstream has refused of the client's own words, with what is to be learnt of it.
   * Throws `GatewayError('invalid_request')` where the request cannot be said in the target's dialect.
   */
  static from(
    inbound: Inbound,
    target: Target,
    dialect: UpstreamDialect,
    memory: TranslationMemory,
    refused?: { readonly finding: UnsupportedParameter; readonly lesson: Lesson | undefined },
  ): Translated {
    const { request } = inbound.canonical();
    const upstream = inClientsWords(inbound, () =>
      upstreamRequest(dialect, request, target.model, memory.recallReasoning),
    );
    const { body, warnings } = memory.heal(target, request, upstream.body, refused?.finding);
    const lessons = refused?.lesson === undefined ? [] : [refused.lesson];
    return new Translated(inbound, target, dialect, upstream, memory, body, warnings, lessons, false);
  }

  async plain(response: UpstreamResponse): Promise<ExchangeAnswer> {
    const body = parseExactAnswer(await readBody(response.body));
    const { message, usage, warnings, model } = asUpstreams(() => this.upstream.read(body));
    this.learn();
    return {
      headers: { ...relayedHeaders(response.headers), 'content-type': 'application/json' },
      body: JSON.stringify(this.inbound.canonical().format(message)),
      warnings,
      fail: (errorBody) => this.inbound.canonical().formatter().fail(errorBody),
      report: () => ({ usage, stopReason: message.stop_reason ?? undefined, model }),
    };
  }

  async stream(response: UpstreamResponse): Promise<ExchangeAnswer> {
    const reader = this.upstream.reader();
    const canonical = this.inbound.canonical();
    const stream = new TranslatedStream(
      new PatientReader(response.body[Symbol.asyncIterator]()),
      reader,
      canonical.formatter(),
      () => estimateInputTokens(canonical.request),
    );
    await stream.begin();
    this.learn();
    return {
      headers: {
        ...relayedHeaders(response.headers),
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache',
        'x-accel-buffering': 'no',
      },
      body: stream.relay(),
      fail: (body) => stream.fail(body),
      report: () => {
        if (reader instanceof ResponsesStreamReader) this.memory.keepReasoning(reader.lateReasoning);
        return stream.report();
      },
    };
  }

  async refused(response: UpstreamResponse): Promise<Refusal> {
    const { status, headers } = response;
    const body = (await readHead(response.body)).toString('utf8');
    return { error: this.upstream.failure({ status, headers, body }), healed: this.healed(status, body) };
  }

  /** Once: an upstream that refuses the healed request as well is believed. */
  private healed(status: number, body: string): Translated | undefined {
    if (status !== 400 || this.isHealed) return undefined;
    const finding = unsupportedParameter(body);
    const sent = finding && healRequest(this.sent, finding);
    if (finding === undefined || sent === undefined) return undefined;
    const refused: Refused = { finding, errorBody: body, asked: this.upstream.body, sent: this.sent };
    const lesson = this.memory.lessonOf(this.target, refused);
    const lessons = lesson === undefined ? this.lessons : [...this.lessons, lesson];
    const loss = healingWarning(finding, this.inbound.canonical().request);
    const losses = loss === undefined ? this.losses : [...this.losses, loss];
    const { inbound, target, dialect, upstream, memory } = this;
    return new Translated(inbound, target, dialect, upstream, memory, sent, losses, lessons, true);
  }

  private learn(): void {
    for (const lesson of this.lessons) this.memory.learn(lesson);
  }
}

function inClientsWords<T>(inbound: Inbound, translate: () => T): T {
  try {
    return translate();
  } catch (error) {
    throw error instanceof GatewayError ? clientsRefusal(error, inbound) : error;
  }
}

class TranslatedStream {
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

/** Reads what an upstream has said. What fails in telling the client is our fault, and no reason to spare the upstream. */
function asUpstreams<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    throw new GatewayError('upstream_invalid_answer', 'The answer of the upstream could not be interpreted', {
      cause: error,
    });
  }
}

/** The headers have gone when an answer shows what cannot be kept of it: a comment, which every client's parser skips. */
function lossesOf({ warnings }: StreamReader): string {
  return warnings.length === 0 ? '' : `: x-proxy-warnings: ${warningCodes(warnings)}\n\n`;
}
