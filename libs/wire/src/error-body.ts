import type { Dialect } from './dialect.js';
import type { ErrorCode, GatewayError } from './gateway-error.js';

/** An error as one HTTP answer. `headers` holds only what the error itself decides. */
export interface FormattedError {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: unknown;
}

/** What an OpenAI client sees. `status` stands only where it is not ours. */
const openaiTable: Record<ErrorCode, { status?: number; type: string; code: string | null }> = {
  invalid_request: { type: 'invalid_request_error', code: null },
  unauthenticated: { type: 'invalid_request_error', code: 'invalid_api_key' },
  billing: { status: 429, type: 'insufficient_quota', code: 'insufficient_quota' },
  forbidden: { type: 'invalid_request_error', code: 'insufficient_permissions' },
  not_found: { type: 'invalid_request_error', code: 'model_not_found' },
  method_not_allowed: { type: 'invalid_request_error', code: 'method_not_supported' },
  request_timeout: { type: 'invalid_request_error', code: 'request_timeout' },
  conflict: { type: 'invalid_request_error', code: 'conflict' },
  too_large: { type: 'invalid_request_error', code: 'request_too_large' },
  unsupported_encoding: { type: 'invalid_request_error', code: 'unsupported_encoding' },
  rate_limited: { type: 'rate_limit_error', code: 'rate_limit_exceeded' },
  client_closed: { type: 'server_error', code: null },
  internal: { type: 'server_error', code: 'server_error' },
  upstream_failed: { type: 'server_error', code: 'server_error' },
  not_supported: { type: 'invalid_request_error', code: 'not_supported' },
  upstream_unreachable: { type: 'server_error', code: 'server_error' },
  upstream_rejected_credentials: { type: 'server_error', code: 'server_error' },
  upstream_invalid_answer: { type: 'server_error', code: 'server_error' },
  not_configured: { type: 'server_error', code: 'not_configured' },
  unavailable: { type: 'server_error', code: 'server_error' },
  upstream_timeout: { type: 'server_error', code: 'timeout' },
  overloaded: { status: 503, type: 'server_error', code: 'overloaded' },
};

/** Both vendors' wordings for a context that is full. Codex and Claude Code start compaction on them. */
const fullContext = /prompt is too long|exceeds? (?:the )?context (?:limit|window)|maximum context length/i;

/** Whether a model has refused the request for its length alone, which another with a larger window may take. */
export function contextIsFull({ status, message }: GatewayError): boolean {
  return status === 400 && fullContext.test(message);
}

/**
 * A failure in a dialect's own envelope: Anthropic's `{type:"error",error,request_id}` for `messages` and `complete`,
 * OpenAI's `{error:{message,type,param,code}}` for the others.
 */
export function formatError(dialect: Dialect, error: GatewayError, requestId: string): FormattedError {
  if (dialect === 'messages' || dialect === 'complete') {
    const { details } = error.context;
    const inner = { type: error.type, message: error.message, ...(details && { details }) };
    return {
      status: error.status,
      headers: headersOf(error, error.status),
      body: { type: 'error', error: inner, request_id: requestId },
    };
  }
  const row = openaiTable[error.code];
  const status = row.status ?? error.status;
  const full = contextIsFull(error);
  const code = error.context.openaiCode ?? (full ? 'context_length_exceeded' : row.code);
  const param = full ? (dialect === 'responses' ? 'input' : 'messages') : bracketed(error.context.path);
  return {
    status,
    headers: headersOf(error, status),
    body: { error: { message: error.message, type: row.type, param, code } },
  };
}

function headersOf(error: GatewayError, status: number): Record<string, string> {
  const { allow } = error.context;
  return { ...(allow !== undefined && { allow }), ...retryHeaders(error, status) };
}

/**
 * Both vendors' SDKs retry 408, 409, 429 and everything from 500 unless `x-should-retry` says otherwise, so it is sent
 * where it would change what they do.
 */
function retryHeaders(error: GatewayError, status: number): Record<string, string> {
  const headers: Record<string, string> = {};
  const { retryAfterSeconds } = error.context;
  if (retryAfterSeconds !== undefined && Number.isFinite(retryAfterSeconds)) {
    const seconds = Math.max(0, retryAfterSeconds);
    headers['retry-after'] = String(Math.ceil(seconds));
    // Both vendors' SDKs read it first; everyone else waits for the whole second.
    if (!Number.isInteger(seconds)) headers['retry-after-ms'] = String(Math.round(seconds * 1000));
  }
  const retriedAnyway = status === 408 || status === 409 || status === 429 || status >= 500;
  if (error.context.shouldRetry !== undefined || error.retryable !== retriedAnyway) {
    headers['x-should-retry'] = String(error.retryable);
  }
  return headers;
}

/** OpenAI writes paths as `messages[0].content`. */
function bracketed(path: string | undefined): string | null {
  return path ? path.replaceAll(/\.(\d+)(?=\.|$)/g, '[$1]') : null;
}
