/** One row a code: what a client sees, whether a retry can help, how loudly it is logged. */
interface ErrorRow {
  readonly status: number;
  /** Anthropic's `error.type`; other dialects derive theirs from the code. */
  readonly type: string;
  /** Whether the same request may succeed on another attempt or target. */
  readonly retryable: boolean;
  readonly level: 'info' | 'warn' | 'error';
}

export const errorTable = {
  invalid_request: { status: 400, type: 'invalid_request_error', retryable: false, level: 'info' },
  unauthenticated: { status: 401, type: 'authentication_error', retryable: false, level: 'warn' },
  billing: { status: 402, type: 'billing_error', retryable: false, level: 'error' },
  forbidden: { status: 403, type: 'permission_error', retryable: false, level: 'warn' },
  not_found: { status: 404, type: 'not_found_error', retryable: false, level: 'info' },
  method_not_allowed: { status: 405, type: 'invalid_request_error', retryable: false, level: 'info' },
  request_timeout: { status: 408, type: 'timeout_error', retryable: false, level: 'info' },
  conflict: { status: 409, type: 'conflict_error', retryable: false, level: 'info' },
  too_large: { status: 413, type: 'request_too_large', retryable: false, level: 'info' },
  unsupported_encoding: { status: 415, type: 'invalid_request_error', retryable: false, level: 'info' },
  rate_limited: { status: 429, type: 'rate_limit_error', retryable: true, level: 'warn' },
  client_closed: { status: 499, type: 'api_error', retryable: false, level: 'info' },
  internal: { status: 500, type: 'api_error', retryable: false, level: 'error' },
  upstream_failed: { status: 500, type: 'api_error', retryable: true, level: 'error' },
  not_supported: { status: 501, type: 'not_supported', retryable: false, level: 'info' },
  upstream_unreachable: { status: 502, type: 'api_error', retryable: true, level: 'error' },
  upstream_rejected_credentials: { status: 502, type: 'api_error', retryable: false, level: 'error' },
  upstream_invalid_answer: { status: 502, type: 'api_error', retryable: true, level: 'error' },
  not_configured: { status: 503, type: 'api_error', retryable: false, level: 'warn' },
  unavailable: { status: 503, type: 'api_error', retryable: true, level: 'error' },
  upstream_timeout: { status: 504, type: 'timeout_error', retryable: true, level: 'error' },
  overloaded: { status: 529, type: 'overloaded_error', retryable: true, level: 'warn' },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof errorTable;

export interface ErrorContext {
  /** Where in the client's body the fault lies, as clients write it: `messages.0.content.1.source`. */
  readonly path?: string;
  /** Seconds after which a retry makes sense; becomes `retry-after`, and `retry-after-ms` beside it where they are not whole. */
  readonly retryAfterSeconds?: number;
  /** `false` becomes `x-should-retry: false`, which both vendors' SDKs obey. */
  readonly shouldRetry?: boolean;
  /** The methods that the path has, `GET, HEAD`; becomes the header `allow`. */
  readonly allow?: string;
  /** Extra members of Anthropic's `error.details`, for example `error_code`. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** OpenAI's `error.code` where it is more exact than ours, for example `context_length_exceeded`. */
  readonly openaiCode?: string;
  /** An upstream's refusal in the client's own dialect, which the client gets byte for byte. */
  readonly relay?: { readonly status: number; readonly contentType: string; readonly body: Uint8Array };
  /** The client has already read of it in the stream, in the upstream's own words. */
  readonly relayed?: boolean;
  readonly cause?: unknown;
}

/** Both may repeat a name that the client made up, or what an upstream made of its request: megabytes of it. */
const longestMessage = 8000;
const longestPath = 1000;

/**
 * The one error of the product. `message` is written for the client and must not name hosts, keys or content;
 * what only an operator may see travels in `cause`. A message or a path that is too long is cut.
 */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly context: ErrorContext;

  constructor(
    readonly code: ErrorCode,
    message: string,
    context: ErrorContext = {},
  ) {
    super(cut(message, longestMessage), { cause: context.cause });
    const { path } = context;
    this.context =
      path === undefined || path.length <= longestPath ? context : { ...context, path: cut(path, longestPath) };
  }

  get status(): number {
    return errorTable[this.code].status;
  }

  /** Anthropic's `error.type`. */
  get type(): string {
    return errorTable[this.code].type;
  }

  get retryable(): boolean {
    return this.context.shouldRetry ?? errorTable[this.code].retryable;
  }

  get level(): 'info' | 'warn' | 'error' {
    return errorTable[this.code].level;
  }
}

/** Of half a character at the cut, which no database keeps, a whole one is made. */
function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1).toWellFormed()}…`;
}
