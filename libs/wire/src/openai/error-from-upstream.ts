import { type ErrorCode, type ErrorContext, GatewayError } from '../gateway-error.js';
import { isObject } from '../json-object.js';
import { errorCodeOfStatus } from '../upstream/error-code-of-status.js';
import { isPolicyRefusal } from '../upstream/policy-refusal.js';
import { retryAfterOf } from '../upstream/retry-after.js';
import { upstreamCause } from '../upstream/upstream-cause.js';
import type { UpstreamHeaders } from '../upstream/upstream-headers.js';
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
  billing: "The upstream refused the request for billing reasons: the quota of the gateway's account is used up.",
  rate_limited: "The upstream's rate limit is reached.",
  overloaded: 'The upstream is overloaded.',
  upstream_timeout: 'The upstream did not answer in time.',
  upstream_failed: 'The upstream failed.',
  not_supported: 'The upstream does not support this.',
  too_large: 'The request is too large for the upstream.',
};

/** The error that a failed answer means. Never throws; `cause` says the upstream's status and its names for the failure. */
export function errorFromUpstream(failure: UpstreamFailure): GatewayError {
  const error = upstreamErrorBody(failure.body);
  return errorOf(error, failure, { cause: upstreamCause(failure.status, error.type, error.code) });
}

/** The error that a payload inside a stream means; it has no status of its own. */
export function errorFromUpstreamEvent(payload: unknown, model: string): GatewayError {
  const error = upstreamErrorBody(payload);
  const failure = { status: statusOfEvent(error), headers: {}, body: payload, model };
  return errorOf(error, failure, { cause: upstreamCause(0, error.type, error.code) });
}

function errorOf(error: UpstreamErrorBody, failure: UpstreamFailure, context: ErrorContext): GatewayError {
  const { status } = failure;
  if (isQuota(error) || status === 402) {
    return new GatewayError('billing', neutral('billing'), {
      ...context,
      openaiCode: 'insufficient_quota',
      shouldRetry: false,
    });
  }
  if (status === 403 && isPolicyRefusal(error.type, error.code, error.message)) {
    const openaiCode = 'content_filter';
    return new GatewayError('forbidden', scrubbed(error.message), { ...context, openaiCode, shouldRetry: false });
  }
  if (status === 400 || status === 404 || status === 413 || status === 415 || status === 422) {
    const found = badRequest(error, failure, context);
    if (found !== undefined) return found;
  }
  return byStatus(error, failure, context);
}

function byStatus(error: UpstreamErrorBody, failure: UpstreamFailure, context: ErrorContext): GatewayError {
  const code = errorCodeOfStatus(failure.status);
  switch (code) {
    case 'not_found':
      return new GatewayError(code, `model: ${failure.model}`, { ...context, openaiCode: 'model_not_found' });
    case 'rate_limited':
    case 'overloaded':
      return new GatewayError(code, neutral(code), {
        ...context,
        retryAfterSeconds: retryAfterOf(failure.headers, error.message, code === 'rate_limited'),
      });
    case 'invalid_request':
      return new GatewayError(code, withParam(error, failure.status), {
        ...context,
        ...(error.param !== '' && { path: error.param }),
      });
    case 'conflict':
      return new GatewayError(code, scrubbed(error.message) || 'The upstream reports a conflict.', context);
    default:
      return new GatewayError(code, neutral(code), context);
  }
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
