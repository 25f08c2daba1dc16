import { isUtf8 } from 'node:buffer';
import { GatewayError, parseCountTokensRequest, parseMessagesRequest } from '#wire';
import type { InferenceRequest } from './inference-request.js';

/** A request that has been read and is fit to be routed. */
export interface Inbound extends InferenceRequest {
  readonly json: Readonly<Record<string, unknown>>;
  /** The model name that the client asked for. */
  readonly model: string;
  readonly stream: boolean;
}

/** Reads and validates a client's body. Throws `GatewayError('invalid_request')` with the path of what is wrong. */
export function readInbound(request: InferenceRequest): Inbound {
  const json = parseJson(request.body);
  const { model, stream } = request.operation === 'count_tokens' ? parseCountTokens(json) : parseMessagesRequest(json);
  return { ...request, json: json as Record<string, unknown>, model, stream: stream === true };
}

function parseCountTokens(json: unknown): { model: string; stream?: boolean } {
  return { model: parseCountTokensRequest(json).model };
}

/** Throws `GatewayError('invalid_request')` for what is not UTF-8 or not JSON. */
export function parseJson(body: Buffer): unknown {
  if (body.length === 0) throw new GatewayError('invalid_request', 'The request body is empty; send a JSON object');
  if (!isUtf8(body)) throw new GatewayError('invalid_request', 'The request body is not valid UTF-8');
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch (error) {
    // The engine's message quotes the body around the fault; only the place of it is safe to repeat.
    const position = error instanceof SyntaxError ? / at position \d+( \(line \d+ column \d+\))?/.exec(error.message)?.[0] : '';
    throw new GatewayError('invalid_request', `The request body is not valid JSON${position ?? ''}`, { cause: error });
  }
}
