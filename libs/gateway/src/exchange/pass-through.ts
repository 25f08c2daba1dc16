import type { UpstreamResponse } from '#providers';
import { dropOwnThinking, errorFromAnthropic, GatewayError, MessagesStreamFormatter, spliceModel, UsageTap, usageFromMessageBody } from '#wire';
import type { ErrorCode, StopReason, Warning } from '#wire';
import type { Inbound } from '../inbound.js';
import type { Target } from '../router.js';
import type { Exchange, ExchangeAnswer, Refusal } from './exchange.js';
import { parseAnswer, readBody, readHead } from './read-body.js';
import { relayedHeaders } from './relayed-headers.js';
import { WholeEvents } from './whole-events.js';

const ownSignature = '"cpx1.';

/** An upstream may say this much before its first event without being taken for mute. */
const heldBytesLimit = 64 * 1024;

const ofTheOperator: ReadonlySet<ErrorCode> = new Set(['upstream_rejected_credentials', 'billing']);

/**
 * Messages to Messages: the request's own bytes go up and the answer's own bytes come down, because re-serialised JSON breaks
 * prompt caches and the signatures of thinking blocks. A tap reads usage on the way.
 */
export class PassThrough implements Exchange {
  readonly dialect = 'messages';
  readonly sameDialect = true;
  readonly warnings: readonly Warning[] = [];
  readonly body: Uint8Array;

  constructor(
    private readonly inbound: Inbound,
    target: Target,
  ) {
    const body = target.model.model === inbound.model ? inbound.body : spliceModel(inbound.body, target.model.model);
    // Anthropic refuses signatures that are not its own, and ours are in the history after a change of model.
    this.body = body.includes(ownSignature) ? dropOwnThinking(body) : body;
  }

  async plain(response: UpstreamResponse): Promise<ExchangeAnswer> {
    const body = await readBody(response.body);
    const message = parseAnswer(body);
    const headers = relayedHeaders(response.headers);
    if (this.inbound.operation === 'count_tokens') headers['x-proxy-token-count'] = 'exact';
    return {
      headers,
      body,
      fail,
      report: () => ({
        usage: usageFromMessageBody(message),
        stopReason: message.stop_reason as StopReason | undefined,
        model: typeof message.model === 'string' ? message.model : undefined,
      }),
    };
  }

  async stream(response: UpstreamResponse): Promise<ExchangeAnswer> {
    const tap = new UsageTap();
    const iterator = response.body[Symbol.asyncIterator]();
    const held: Uint8Array[] = [];
    for (let bytes = 0; bytes < heldBytesLimit && tap.usage === undefined; ) {
      const next = await iterator.next();
      if (next.done === true) throw new GatewayError('upstream_failed', 'The upstream ended before its answer began');
      tap.push(next.value);
      held.push(next.value);
      bytes += next.value.length;
      if (tap.error !== undefined) {
        await iterator.return?.();
        throw tap.error;
      }
    }
    return {
      headers: relayedHeaders(response.headers),
      body: relay(held, iterator, tap),
      fail,
      report: () => ({ usage: tap.usage, stopReason: tap.stopReason, model: tap.model }),
    };
  }

  async refused(response: UpstreamResponse): Promise<Refusal> {
    const body = await readHead(response.body);
    const { status, headers } = response;
    const error = errorFromAnthropic({ status, headers, body: body.toString('utf8') });
    const contentType = headers['content-type'] ?? '';
    // A proxy's HTML is nobody's dialect, and the words about the operator's own credentials are not for the client.
    if (ofTheOperator.has(error.code) || !contentType.startsWith('application/json')) return { error };
    const relay = { status, contentType, body };
    return { error: new GatewayError(error.code, error.message, { ...error.context, relay }) };
  }
}

function fail(errorBody: unknown): string {
  return new MessagesStreamFormatter().fail(errorBody);
}

async function* relay(
  held: readonly Uint8Array[],
  iterator: AsyncIterator<Uint8Array>,
  tap: UsageTap,
): AsyncGenerator<Uint8Array> {
  const events = new WholeEvents();
  try {
    for (const chunk of held) {
      const whole = events.push(chunk);
      if (whole !== undefined) yield whole;
    }
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
      tap.push(next.value);
      const whole = events.push(next.value);
      if (whole !== undefined) yield whole;
    }
    // An error event of the upstream has been relayed in its own words, and ends the answer as it is.
    if (tap.error !== undefined) throw new GatewayError(tap.error.code, tap.error.message, { ...tap.error.context, relayed: true });
    if (!tap.complete) throw new GatewayError('upstream_failed', 'The upstream closed the stream early');
    if (events.remainder !== undefined) yield events.remainder;
  } finally {
    await iterator.return?.();
  }
}
