/**
 * Something of a request or an answer that could not be kept. It reaches the client as `x-proxy-warnings: <code>[,<code>…]`,
 * and as a 400 naming `path` when the client asked for `x-proxy-strict: true`.
 */
export interface Warning {
  /** `snake_case`, for example `top_k_dropped`. Codes are listed in docs/compatibility.md. */
  readonly code: string;
  /** The client's own path of the field, for example `tools.2.strict`. */
  readonly path: string;
}
