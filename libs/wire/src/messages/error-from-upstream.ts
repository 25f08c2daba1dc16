import { type ErrorCode, type ErrorContext, GatewayError } from '../gateway-error.js';
import { isObject, objectIn, stringIn } from '../json-object.js';
import { errorCodeOfStatus } from '../upstream/error-code-of-status.js';
import { isPolicyRefusal } from '../upstream/policy-refusal.js';
import { retryAfterOf } from '../upstream/retry-after.js';
import { upstreamCause } from '../upstream/upstream-cause.js';
import { headerIn, type UpstreamHeaders } from '../upstream/upstream-headers.js';

/** An answer of an Anthropic upstream that is not a success. */
export interface AnthropicFailure {
  readonly status: number;
  readonly headers: UpstreamHeaders;
  /** The body's text: usually Anthropic's envelope, sometimes a CDN's HTML or half of either. */
  readonly body: string;
}

const codesByType: Readonly<Record<string, ErrorCode>> = {
  invalid_request_error: 'invalid_request',
  authentication_error: 'upstream_rejected_credentials',
  permission_error: 'upstream_rejected_credentials',
  billing_error: 'billing',
  not_found_error: 'not_found',
  conflict_error: 'conflict',
  request_too_large: 'too_large',
  rate_limit_error: 'rate_limited',
  timeout_error: 'upstream_timeout',
  overloaded_error: 'overloaded',
  api_error: 'upstream_failed',
  not_supported: 'not_supported',
  policy_blocked: 'invalid_request',
};

/** What the client reads where the upstream's own words speak of the operator's account, or there are none. */
const neutralMessages: Partial<Record<ErrorCode, string>> = {
  upstream_rejected_credentials: "The upstream refused the gateway's credentials.",
  billing: 'The upstream refused the request for billing reasons.',
};

/**
 * Anthropic reports an empty account as a 400. To the client that is the operator's trouble, not its own. What may stand between its
 * words is bounded: a message quotes its client at any length, and a search without bound takes the square of it.
 */
const accountIsEmpty = /credit balance is too low|reached your specified .{0,40}usage limits/i;

/** The error that a failed answer means. Never throws; `cause` says the upstream's status and error type. */
export function errorFromAnthropic({ status, headers, body }: AnthropicFailure): GatewayError {
  const shouldRetry = headerIn(headers, 'x-should-retry');
  return fromEnvelope(parsed(body), status, {
    retryAfterSeconds: retryAfterOf(headers, '', status === 429),
    shouldRetry: shouldRetry === 'true' ? true : shouldRetry === 'false' ? false : undefined,
  });
}

/** The error that an `error` event in a stream means; it has no status of its own. */
export function errorFromAnthropicEvent(data: unknown): GatewayError {
  return fromEnvelope(data, 0, {});
}

function fromEnvelope(envelope: unknown, status: number, context: ErrorContext): GatewayError {
  const error = (isObject(envelope) && objectIn(envelope, 'error')) || {};
  const type = stringIn(error, 'type');
  const text = stringIn(error, 'message');
  const details = objectIn(error, 'details');
  const code = codeOf(status, type, text);
  const message = neutralMessages[code] ?? (text || `The upstream failed (${status || 'in its stream'}).`);
  const path = code === 'invalid_request' ? /^([a-z_]+(?:\.\w+)*): /.exec(message)?.[1] : undefined;
  const cause = upstreamCause(status, type, details?.error_code);
  return new GatewayError(code, message, { ...context, details, path, cause });
}

function codeOf(status: number, type: string, text: string): ErrorCode {
  const named = Object.hasOwn(codesByType, type) ? codesByType[type] : undefined;
  // Only where the status says little does the type say more; compatible servers call everything an api_error.
  const vague = status < 400 || status === 400 || status === 500;
  const code = (vague ? named : undefined) ?? errorCodeOfStatus(status);
  if (code === 'invalid_request' && accountIsEmpty.test(text)) return 'billing';
  if (code === 'upstream_rejected_credentials' && status !== 401 && isPolicyRefusal(type, text)) return 'forbidden';
  return code;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}
