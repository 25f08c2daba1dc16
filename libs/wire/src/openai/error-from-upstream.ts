import { type ErrorCode, type ErrorContext, GatewayError } from '../gateway-error.js';
import { isObject } from '../json-object.js';
import { retryAfterOf, type UpstreamHeaders } from '../upstream/retry-after.js';
import { scrubbed } from '../upstream/scrubbed.js';
import { tokenLimitMessage } from './token-limit-message.js';
import { upstreamErrorBody, type UpstreamErrorBody } from './upstream-error-body.js';

/** An answer of an OpenAI-like upstream that is not a success. */
export interface UpstreamFailure {
  readonly status: number;
  readonly headers: UpstreamHeaders;
  /** The body's text, or a payload that is parsed already. */
  readonly body: unknown;
  /** As the client asked for it. */
  readonly model: string;
  /** What the client asked for, where the upstream does not repeat it. */
  readonly maxTokens?: number;
  /** Tokens; stands in where the upstream names no limit. */
  readonly contextWindow?: number;
}

const neutralMessages: Partial<Record<ErrorCode, string>> = {
  upstream_rejected_credentials: "The upstream refused the gateway's credentials.",
  forbidden: "The upstream does not allow this to the gateway's account.",
  billing: "The upstream refused the request for billing reasons: the quota of the gateway's account is used up.",
  rate_limited: "The upstream's rate limit is reached.",
  overloaded: 'The upstream is overloaded.',
  upstream_timeout: 'The upstream did not answer in time.',
  upstream_failed: 'The upstream failed.',
  too_large: 'The request is too large for the upstream.',
};

/** The error that a failed answer means. Never throws; the upstream's status and the head of its body are in `cause`. */
export function errorFromUpstream(failure: UpstreamFailure): GatewayError {
  const error = upstreamErrorBody(failure.body);
  const head = typeof failure.body === 'string' ? failure.body : (JSON.stringify(failure.body) ?? '');
  const context: ErrorContext = { cause: new Error(`upstream answered ${failure.status}: ${head.slice(0, 2000)}`) };
  const { status } = failure;
  if (isQuota(error) || status === 402)
    return new GatewayError('billing', neutral('billing'), {
      ...context,
      openaiCode: 'insufficient_quota',
      shouldRetry: false,
    });
  if (status === 400 || status === 404 || status === 413 || status === 415 || status === 422) {
    const found = badRequest(error, failure, context);
    if (found !== undefined) return found;
  }
  const code = codeOf(status);
  switch (code) {
    case 'not_found':
      return new GatewayError(code, `model: ${failure.model}`, { ...context, openaiCode: 'model_not_found' });
    case 'rate_limited':
    case 'overloaded':
      return new GatewayError(code, neutral(code), {
        ...context,
        retryAfterSeconds: retryAfterOf(failure.headers, error.message),
      });
    case 'invalid_request':
      return new GatewayError(code, withParam(error, status), {
        ...context,
        ...(error.param !== '' && { path: error.param }),
      });
    case 'conflict':
      return new GatewayError(code, scrubbed(error.message) || 'The upstream reports a conflict.', context);
    default:
      return new GatewayError(code, neutral(code), context);
  }
}

/** The error that a payload inside a stream means; it has no status of its own. */
export function errorFromUpstreamEvent(payload: unknown, model: string): GatewayError {
  return errorFromUpstream({ status: statusOfEvent(upstreamErrorBody(payload)), headers: {}, body: payload, model });
}

/** Requests that clients mend themselves when they read the wording that they know. */
function badRequest(
  error: UpstreamErrorBody,
  failure: UpstreamFailure,
  context: ErrorContext,
): GatewayError | undefined {
  const limit = tokenLimitMessage(error, failure);
  if (limit !== undefined) return new GatewayError('invalid_request', limit.message, { ...context, ...limit.context });
  if (failure.status === 413) return undefined;
  const text = scrubbed(error.message);
  if (isReasoningItem(error))
    return new GatewayError('invalid_request', 'messages: Invalid `signature` in `thinking` block', {
      ...context,
      path: 'messages',
    });
  if (failure.status === 404) return undefined;
  if (isContentFilter(error)) {
    return new GatewayError('invalid_request', filterMessage(error), {
      ...context,
      shouldRetry: false,
      openaiCode: 'content_filter',
    });
  }
  if (error.code === 'invalid_prompt')
    return new GatewayError('invalid_request', text, { ...context, shouldRetry: false, openaiCode: 'invalid_prompt' });
  if (
    /\bpdf\b|file (?:input|content|type)s? .*not supported|unsupported_file/i.test(`${error.code} ${error.message}`)
  ) {
    return new GatewayError('invalid_request', `This model does not support PDF input: ${text}`, context);
  }
  if (
    /image/i.test(error.code) ||
    /\bimage(?:_url|s)?\b.*(?:not supported|unsupported|invalid|could not|failed|only supported)|(?:invalid|unsupported|not support|download).*\bimage/i.test(
      error.message,
    )
  ) {
    return new GatewayError('invalid_request', `Could not process image: ${text}`, context);
  }
  if (isModelMissing(error))
    return new GatewayError('not_found', `model: ${failure.model}`, { ...context, openaiCode: 'model_not_found' });
  return undefined;
}

function isQuota({ code, type, message }: UpstreamErrorBody): boolean {
  return (
    code === 'insufficient_quota' ||
    type === 'insufficient_quota' ||
    code === 'billing_hard_limit_reached' ||
    /exceeded your current quota|insufficient balance/i.test(message)
  );
}

function isModelMissing({ code }: UpstreamErrorBody): boolean {
  return code === 'model_not_found' || code === 'DeploymentNotFound';
}

function isReasoningItem({ code, message }: UpstreamErrorBody): boolean {
  return (
    code === 'invalid_encrypted_content' ||
    /encrypted content .*could not be (?:verified|decrypted)|item '?(?:with id )?'?rs_\w+'?.*(?:not found|without its required)/i.test(
      message,
    )
  );
}

function isContentFilter({ code, source }: UpstreamErrorBody): boolean {
  const inner = isObject(source.innererror) ? source.innererror.code : undefined;
  return code === 'content_filter' || code === 'content_policy_violation' || inner === 'ResponsibleAIPolicyViolation';
}

function filterMessage({ source }: UpstreamErrorBody): string {
  const inner = isObject(source.innererror) ? source.innererror : {};
  const results = isObject(inner.content_filter_result) ? inner.content_filter_result : {};
  const categories = Object.keys(results).filter((category) => {
    const result = results[category];
    return isObject(result) && result.filtered === true;
  });
  const named = categories.length > 0 ? ` (${categories.join(', ')})` : '';
  return `The prompt was blocked by the upstream's content filter${named}.`;
}

function withParam({ message, param }: UpstreamErrorBody, status: number): string {
  const text = scrubbed(message) || `The upstream refused the request (${status}).`;
  return param === '' || text.includes(param) ? text : `${text} (param: ${param})`;
}

function neutral(code: ErrorCode): string {
  return neutralMessages[code] ?? 'The upstream failed.';
}

function codeOf(status: number): ErrorCode {
  switch (status) {
    case 401:
      return 'upstream_rejected_credentials';
    case 403:
      return 'forbidden';
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
    case 503:
    case 520:
    case 524:
    case 529:
      return 'overloaded';
    default:
      return status >= 400 && status < 500 ? 'invalid_request' : 'upstream_failed';
  }
}

const statusByCode: Readonly<Record<string, number>> = {
  rate_limit_exceeded: 429,
  rate_limit_error: 429,
  too_many_requests: 429,
  requests: 429,
  tokens: 429,
  overloaded: 503,
  overloaded_error: 503,
  server_is_overloaded: 503,
  slow_down: 503,
  service_unavailable: 503,
  timeout: 504,
  invalid_request_error: 400,
  invalid_prompt: 400,
  context_length_exceeded: 400,
  content_filter: 400,
  model_not_found: 404,
};

function statusOfEvent({ code, type }: UpstreamErrorBody): number {
  for (const name of [code, type]) {
    const status = Object.hasOwn(statusByCode, name) ? statusByCode[name] : Number(name);
    if (status !== undefined && status >= 400 && status < 600) return status;
  }
  return 500;
}
