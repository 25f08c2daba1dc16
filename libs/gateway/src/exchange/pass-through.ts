import type { UpstreamResponse } from '#providers';
import {
  type AnswerTap,
  type ErrorCode,
  GatewayError,
  unsupportedParameter,
  type UnsupportedParameter,
  type UpstreamDialect,
  type Warning,
} from '#wire';
import type { Inbound } from '../inbound.js';
import type { Target } from '../router.js';
import type { Exchange, ExchangeAnswer, Refusal } from './exchange.js';
import { type OwnWords, ownWords, type RelayFilter } from './own-words.js';
import { PatientReader } from './patient-reader.js';
import { maxRefusalBytes, parseAnswer, readBody, readHead } from './read-body.js';
import { relayedHeaders } from './relayed-headers.js';

/** An upstream may say this much before its first event without being taken for mute. */
const heldBytesLimit = 64 * 1024;

const ofTheOperator: ReadonlySet<ErrorCode> = new Set(['upstream_rejected_credentials', 'forbidden', 'billing']);

/** OpenAI's words on a rate limit name the operator's organisation, Azure's its pricing tier; Anthropic's name neither. */
function speaksOfTheOperator(code: ErrorCode, dialect: UpstreamDialect): boolean {
  return ofTheOperator.has(code) || (code === 'rate_limited' && dialect !== 'messages');
}

/**
 * Same dialect in and out: the request's own bytes go up and the answer's own bytes come down, because re-serialised JSON breaks
 * prompt caches and the signatures of thinking blocks. A tap reads usage on the way.
 *
 * `translated` says the request in other words, where the upstream refuses one of its parameters.
 */
export class PassThrough implements Exchange {
  readonly sameDialect = true;
  readonly warnings: readonly Warning[];
  readonly body: Uint8Array;
  private readonly words: OwnWords;
  private readonly filter: () => RelayFilter;

  constructor(
    private readonly inbound: Inbound,
    target: Target,
    readonly dialect: UpstreamDialect,
    private readonly translated?: (refused: UnsupportedParameter, errorBody: string) => Exchange | undefined,
  ) {
    this.words = ownWords[dialect];
    const { body, warnings = [], filter } = this.words.ask(inbound, target);
    this.body = body;
    this.warnings = warnings;
    this.filter = filter;
  }

  async plain(response: UpstreamResponse): Promise<ExchangeAnswer> {
    const body = await readBody(response.body);
    const answer = parseAnswer(body);
    const headers = relayedHeaders(response.headers);
    if (this.inbound.operation === 'count_tokens') headers['x-proxy-token-count'] = 'exact';
    return { headers, body, fail: (errorBody) => this.words.fail(errorBody), report: () => this.words.report(answer) };
  }

  async stream(response: UpstreamResponse): Promise<ExchangeAnswer> {
    const tap = this.words.tap(this.inbound.model);
    const chunks = response.body[Symbol.asyncIterator]();
    const held = await holdUntilStarted(chunks, tap);
    return {
      headers: relayedHeaders(response.headers),
      body: relay(held, chunks, tap, this.filter()),
      fail: (errorBody) => this.words.fail(errorBody),
      report: () => ({ usage: tap.usage, stopReason: tap.stopReason, model: tap.model }),
    };
  }

  async refused(response: UpstreamResponse): Promise<Refusal> {
    const body = await readHead(response.body);
    const { status, headers } = response;
    const text = body.toString('utf8');
    const error = this.words.failure({ status, headers, body: text }, this.inbound.model);
    const healed = status === 400 ? this.healed(text) : undefined;
    const contentType = headers['content-type'] ?? '';
    // A proxy's HTML is nobody's dialect, nor is JSON that was cut off; the words about the operator's own account are not for the client.
    const isWhole = contentType.startsWith('application/json') && body.length < maxRefusalBytes;
    if (speaksOfTheOperator(error.code, this.dialect) || !isWhole) return { error, healed };
    const context = { ...error.context, relay: { status, contentType, body } };
    return { error: new GatewayError(error.code, error.message, context), healed };
  }

  /** A client that was promised one model may have been given another: what that one refuses, translation can do without. */
  private healed(body: string): Exchange | undefined {
    const finding = unsupportedParameter(body);
    return finding && this.translated?.(finding, body);
  }
}

/** The first chunks, up to the beginning of the answer: an error before that still is an HTTP error, and can be retried. */
async function holdUntilStarted(chunks: AsyncIterator<Uint8Array>, tap: AnswerTap): Promise<Uint8Array[]> {
  const held: Uint8Array[] = [];
  for (let bytes = 0; bytes < heldBytesLimit && !tap.started;) {
    const next = await chunks.next();
    if (next.done === true) tap.end();
    else tap.push(next.value);
    if (tap.error !== undefined && !tap.started) {
      await chunks.return?.();
      throw tap.error;
    }
    if (next.done === true) throw new GatewayError('upstream_failed', 'The upstream ended before its answer began');
    held.push(next.value);
    bytes += next.value.length;
  }
  return held;
}

async function* relay(
  held: readonly Uint8Array[],
  chunks: AsyncIterator<Uint8Array>,
  tap: AnswerTap,
  filter: RelayFilter,
): AsyncGenerator<Uint8Array> {
  try {
    for (const chunk of held) {
      const whole = filter.push(chunk);
      if (whole !== undefined) yield whole;
    }
    while (!tap.over) {
      const next = await chunks.next();
      if (next.done === true) {
        tap.end();
        break;
      }
      tap.push(next.value);
      const whole = filter.push(next.value);
      if (whole !== undefined) yield whole;
    }
    const { error } = tap;
    // An error event of the upstream has been relayed in its own words, and ends the answer as it is.
    if (error !== undefined) throw new GatewayError(error.code, error.message, { ...error.context, relayed: true });
    if (!tap.complete) throw new GatewayError('upstream_failed', 'The upstream closed the stream early');
    const rest = filter.end();
    if (rest !== undefined) yield rest;
  } finally {
    // Not waited for: the client has its answer, and what becomes of the connection behind it is no part of that.
    if (tap.over) void new PatientReader(chunks).drain();
    else await chunks.return?.();
  }
}
