import { requestContext } from '#observability';
import { formatError, GatewayError } from '#wire';
import type { Attempted } from './attempts.js';
import type { ExchangeAnswer } from './exchange/exchange.js';
import type { GatewayAnswer, Settlement } from './gateway-answer.js';
import type { InferenceRequest } from './inference-request.js';
import type { Operation } from './operation.js';
import { warningCodes } from './warning-codes.js';

/** What the caller gets of a successful attempt. The operation is settled when the answer has been consumed, however that ends. */
export function answerOf(
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
    ...(warnings.length > 0 && { 'x-proxy-warnings': warningCodes(warnings) }),
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
    const report = answer.report();
    operation.finish(settlement.outcome, report, settlement.error);
    const { losses = [] } = report;
    resolve(losses.length === 0 ? settlement : { ...settlement, warnings: warningCodes([...warnings, ...losses]) });
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
    const error =
      caught instanceof GatewayError ? caught : new GatewayError('internal', 'Internal error', { cause: caught });
    requestContext.getStore()?.fail(error);
    settlement = { outcome: error.code === 'client_closed' ? 'aborted' : 'failed', error };
    if (settlement.outcome === 'failed' && error.context.relayed !== true) {
      yield answer.fail(formatError(request.dialect, error, request.id).body);
    }
  } finally {
    settle(settlement);
  }
}
