import { isObject } from '../fault.js';
import { type ErrorCode, type ErrorContext, GatewayError } from '../gateway-error.js';

/** An answer of an Anthropic upstream that is not a success. */
export interface AnthropicFailure {
  readonly status: number;
  /** Lower-case names, as undici gives them. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
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

/** Anthropic reports an empty account as a 400. To the client that is the operator's trouble, not its own. */
const accountIsEmpty = /credit balance is too low|reached your specified .*usage limits/i;

/** The error that a failed answer means. Never throws; the upstream's status and the head of its body are in `cause`. */
export function errorFromAnthropic(failure: AnthropicFailure): GatewayError {
  const { status, headers, body } = failure;
  const shouldRetry = header(headers, 'x-should-retry');
  const context: ErrorContext = {
    retryAfterSeconds: retryAfterSeconds(header(headers, 'retry-after')),
    shouldRetry: shouldRetry === 'true' ? true : shouldRetry === 'false' ? false : undefined,
    cause: new Error(`upstream answered ${status}: ${body.slice(0, 2000)}`),
  };
  return fromEnvelope(parsed(body), status, context);
}

/** The error that an `error` event in a stream means; it has no status of its own. */
export function errorFromAnthropicEvent(data: unknown): GatewayError {
  const head = (JSON.stringify(data) ?? '').slice(0, 2000);
  return fromEnvelope(data, 0, { cause: new Error(`upstream sent an error event: ${head}`) });
}

function fromEnvelope(envelope: unknown, status: number, context: ErrorContext): GatewayError {
  const error = isObject(envelope) && isObject(envelope.error) ? envelope.error : {};
  const type = typeof error.type === 'string' ? error.type : '';
  const text = typeof error.message === 'string' && error.message !== '' ? error.message : undefined;
  const named = Object.hasOwn(codesByType, type) ? codesByType[type] : undefined;
  // Only where the status says little does the type say more; compatible servers call everything an api_error.
  const vague = status < 400 || status === 400 || status === 500;
  const found = (vague ? named : undefined) ?? codeByStatus(status);
  const code = found === 'invalid_request' && text !== undefined && accountIsEmpty.test(text) ? 'billing' : found;
  const message = neutralMessages[code] ?? text ?? `The upstream failed (${status || 'in its stream'}).`;
  const details = isObject(error.details) ? error.details : undefined;
  const path = code === 'invalid_request' ? /^([a-z_]+(?:\.\w+)*): /.exec(message)?.[1] : undefined;
  return new GatewayError(code, message, { ...context, details, path });
}

function codeByStatus(status: number): ErrorCode {
  switch (status) {
    case 401:
    case 403:
      return 'upstream_rejected_credentials';
    case 402:
      return 'billing';
    case 404:
      return 'not_found';
    case 408:
    case 504:
      return 'upstream_timeout';
    case 409:
      return 'conflict';
    case 413:
      return 'too_large';
    case 429:
      return 'rate_limited';
    case 501:
      return 'not_supported';
    case 503:
    case 520:
    case 524:
    case 529:
      return 'overloaded';
    default:
      return status >= 400 && status < 500 ? 'invalid_request' : 'upstream_failed';
  }
}

/** Whole seconds out of a `retry-after`, which is seconds or an HTTP date. */
function retryAfterSeconds(value: string | undefined): number | undefined {
  if (value === undefined || value.trim() === '') return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, Math.ceil(seconds));
  const atMs = Date.parse(value);
  return Number.isNaN(atMs) ? undefined : Math.max(0, Math.ceil((atMs - Date.now()) / 1000));
}

function header(headers: AnthropicFailure['headers'], name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}
