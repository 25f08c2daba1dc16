import { isUtf8 } from 'node:buffer';
import {
  GatewayError,
  parseCountTokensRequest,
  parseJsonText,
  parseMessagesRequest,
  tooDeep,
  withExactNumbers,
} from '#wire';
import { type CanonicalRequest, canonicalRequest } from './inbound-dialect.js';
import type { InferenceRequest } from './inference-request.js';
import { strictnessOf } from './strictness.js';

/** Anthropic's own limit. Names go into log lines, rows and maps. */
const maxModelLength = 256;

/** Above the limit of each tool input and schema within it. */
const maxDepth = 600;

/** A request that has been read and is fit to be routed. */
export interface Inbound extends InferenceRequest {
  readonly json: Readonly<Record<string, unknown>>;
  /** The model name that the client asked for. */
  readonly model: string;
  readonly stream: boolean;
  /** The client would rather be refused than lose anything. */
  readonly strict: boolean;
  /** The canonical form, made when first asked for: a request that passes through never needs it. */
  canonical(): CanonicalRequest;
}

/** Reads and validates a client's body. Throws `GatewayError('invalid_request')` with the path of what is wrong. */
export function readInbound(request: InferenceRequest): Inbound {
  const json = parseJson(request.body);
  const { model, stream } = envelopeOf(request, json);
  if (model.length > maxModelLength) {
    const message = `model: String should have at most ${maxModelLength} characters`;
    throw new GatewayError('invalid_request', message, { path: 'model' });
  }
  // Half a character has no place in a URL, and Azure's classic paths name the model.
  if (!model.isWellFormed())
    throw new GatewayError('invalid_request', 'model: String should be well-formed Unicode', { path: 'model' });
  // Nobody reads a durable answer as it comes, and only Messages streams can be put together again.
  const streams = stream === true && !(request.durable && request.dialect !== 'messages');
  let canonical: CanonicalRequest | undefined;
  return {
    ...request,
    json: json as Record<string, unknown>,
    model,
    stream: streams,
    strict: strictnessOf(request.headers),
    canonical: () => {
      canonical ??= readCanonical(request, json as Record<string, unknown>);
      if (canonical.request.stream === true && !streams)
        canonical = { ...canonical, request: { ...canonical.request, stream: false } };
      return canonical;
    },
  };
}

function readCanonical(request: InferenceRequest, json: Readonly<Record<string, unknown>>): CanonicalRequest {
  refuseTooDeep(json);
  const exact = withExactNumbers(json, () => request.body.toString('utf8'));
  return canonicalRequest(request.dialect, request.operation === 'count_tokens' ? withOutputLimit(exact) : exact);
}

/** What routing needs. Messages are validated whole; the other dialects when they are translated, or by their own upstream. */
function envelopeOf({ dialect, operation }: InferenceRequest, json: unknown): { model: string; stream?: unknown } {
  if (operation === 'count_tokens') return { model: parseCountTokensRequest(json).model };
  if (dialect === 'messages') return parseMessagesRequest(json);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new GatewayError('invalid_request', 'The request body must be a JSON object');
  }
  const { model, stream, background } = json as Record<string, unknown>;
  if (typeof model !== 'string' || model === '') {
    throw new GatewayError('invalid_request', 'model: a model name is required', { path: 'model' });
  }
  if (stream !== undefined && stream !== null && typeof stream !== 'boolean') {
    throw new GatewayError('invalid_request', 'stream: true or false is expected', { path: 'stream' });
  }
  // Its answer would be fetched past the gateway, and be on nobody's account.
  if (dialect === 'responses' && background === true) {
    const message = 'background: Background answers are not supported; hand the request in at /api/enqueue';
    throw new GatewayError('invalid_request', message, { path: 'background' });
  }
  return { model, stream };
}

/** What passes through is not walked; what is translated is, by recursion, and parts of it are told to the client again. */
function refuseTooDeep(json: Readonly<Record<string, unknown>>): void {
  const path = Object.keys(json).find((name) => tooDeep(json[name], maxDepth));
  if (path === undefined) return;
  throw new GatewayError('invalid_request', `${path}: Input is nested too deeply`, { path });
}

/** A question of cost names no limit of output, and the translators want one; what it is changes no count. */
function withOutputLimit(json: unknown): unknown {
  return { ...(json as object), max_tokens: 1024 };
}

/** Throws `GatewayError('invalid_request')` for what is not UTF-8 or not JSON. */
export function parseJson(body: Buffer): unknown {
  if (body.length === 0) throw new GatewayError('invalid_request', 'The request body is empty; send a JSON object');
  if (!isUtf8(body)) throw new GatewayError('invalid_request', 'The request body is not valid UTF-8');
  try {
    return parseJsonText(body.toString('utf8'));
  } catch (error) {
    // The engine's message quotes the body around the fault; only the place of it is safe to repeat.
    const position =
      error instanceof SyntaxError ? / at position \d+( \(line \d+ column \d+\))?/.exec(error.message)?.[0] : '';
    throw new GatewayError('invalid_request', `The request body is not valid JSON${position ?? ''}`, { cause: error });
  }
}
