import { Injectable } from '@nestjs/common';
import { requestContext } from '#observability';
import { formatError, GatewayError, type Warning } from '#wire';
import { Accountant } from './accountant.js';
import { type Attempted, Attempts } from './attempts.js';
import type { Caller } from './caller.js';
import type { ExchangeAnswer } from './exchange/exchange.js';
import type { GatewayAnswer, Settlement } from './gateway-answer.js';
import { type Inbound, readInbound } from './inbound.js';
import type { InferenceRequest } from './inference-request.js';
import { KeyRing } from './key-ring.js';
import { LocalAnswers } from './local-answers.js';
import type { Operation } from './operation.js';
import { Router, type Target } from './router.js';

/** Every request of every dialect and mode goes through `send`: read, route, attempt, account. */
@Injectable()
export class Gateway {
  constructor(
    private readonly keys: KeyRing,
    private readonly router: Router,
    private readonly attempts: Attempts,
    private readonly locally: LocalAnswers,
    private readonly accountant: Accountant,
  ) {}

  /** Throws `GatewayError('unauthenticated')` for an unknown key. */
  identify(key: string): Caller {
    const caller = this.keys.identify(key);
    if (caller === undefined) throw new GatewayError('unauthenticated', 'invalid x-api-key');
    return caller;
  }

  /**
   * Throws `GatewayError` for everything that goes wrong before the first byte of the answer; afterwards the answer's own
   * stream tells. `signal` is the client's presence: when it fires, the upstream is aborted at once.
   */
  async send(request: InferenceRequest, caller: Caller, signal: AbortSignal): Promise<GatewayAnswer> {
    const operation = this.accountant.open(request, caller);
    try {
      const inbound = readInbound(request);
      operation.asks(inbound);
      const targets = this.router.route(inbound);
      const attempted = await this.answer(targets, inbound, operation, signal);
      operation.answering();
      return answerOf(request, attempted, operation, signal);
    } catch (error) {
      operation.finish(signal.aborted ? 'aborted' : 'failed', undefined, error);
      throw error;
    }
  }

  private async answer(
    targets: readonly Target[],
    inbound: Inbound,
    operation: Operation,
    signal: AbortSignal,
  ): Promise<Attempted> {
    const [first] = targets;
    if (first === undefined) throw new GatewayError('not_found', `model: ${inbound.model}`, { path: 'model' });
    const local = await this.locally.answer(inbound, first);
    if (local !== undefined) return local;
    try {
      return await this.attempts.run(targets, inbound, operation, signal);
    } catch (error) {
      return this.locally.insteadOf(error, inbound, first);
    }
  }
}

function answerOf(
  request: InferenceRequest,
  { target, answer, warnings = [], call }: Attempted,
  operation: Operation,
  client: AbortSignal,
): GatewayAnswer {
  const headers = {
    ...answer.headers,
    'request-id': request.id,
    'x-request-id': request.id,
    'x-proxy-upstream': target.config.name,
    'x-proxy-attempts': String(operation.attemptCount),
    ...(warnings.length > 0 && { 'x-proxy-warnings': warningsHeader(warnings) }),
  };
  const { body } = answer;
  if (typeof body === 'string' || body instanceof Uint8Array) {
    call?.end();
    operation.finish('ended', answer.report());
    return { status: 200, headers, body, settlement: Promise.resolve({ outcome: 'ended' }) };
  }
  const { promise, resolve } = Promise.withResolvers<Settlement>();
  const settle = (settlement: Settlement): void => {
    call?.end(settlement.error);
    operation.finish(settlement.outcome, answer.report(), settlement.error);
    resolve(settlement);
  };
  // A client that leaves before it reads would never start the generator that settles.
  client.addEventListener('abort', () => settle({ outcome: 'aborted' }), { once: true });
  return { status: 200, headers, body: settling(body, answer, request, settle), settlement: promise };
}

/** Relays a stream and settles it however it ends: by its end, by a failure, or by a reader who went away. */
async function* settling(
  body: AsyncIterable<Uint8Array | string>,
  answer: ExchangeAnswer,
  request: InferenceRequest,
  settle: (settlement: Settlement) => void,
): AsyncGenerator<Uint8Array | string> {
  let settlement: Settlement = { outcome: 'aborted' };
  try {
    for await (const chunk of body) yield chunk;
    settlement = { outcome: 'ended' };
  } catch (caught) {
    const error = caught instanceof GatewayError ? caught : new GatewayError('internal', 'Internal error', { cause: caught });
    requestContext.getStore()?.fail(error);
    settlement = { outcome: error.code === 'client_closed' ? 'aborted' : 'failed', error };
    if (settlement.outcome === 'failed' && error.context.relayed !== true) {
      yield answer.fail(formatError(request.dialect, error, request.id).body);
    }
  } finally {
    settle(settlement);
  }
}

/** Codes once each, and few enough that no proxy on the way refuses the header. */
function warningsHeader(warnings: readonly Warning[]): string {
  return [...new Set(warnings.map(({ code }) => code))].slice(0, 50).join(',');
}
