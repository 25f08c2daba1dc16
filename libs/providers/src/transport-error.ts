import { GatewayError } from '#wire';

const timeoutCodes: ReadonlySet<string> = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);
const closedCodes: ReadonlySet<string> = new Set([
  'UND_ERR_SOCKET',
  'ECONNRESET',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'EPIPE',
]);

/** Hosts and ports stay in `cause`: what a client reads says only what kind of failure it was. */
export function transportError(error: unknown, signal: AbortSignal): GatewayError {
  if (error instanceof GatewayError) return error;
  if (signal.aborted) {
    return signal.reason instanceof GatewayError
      ? signal.reason
      : new GatewayError('client_closed', 'The client closed the connection', { cause: error });
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (timeoutCodes.has(code)) {
    return new GatewayError('upstream_timeout', 'The upstream did not answer in time', { cause: error });
  }
  if (closedCodes.has(code)) {
    return new GatewayError('upstream_failed', 'The upstream closed the connection', { cause: error });
  }
  return new GatewayError('upstream_unreachable', 'The upstream cannot be reached', { cause: error });
}
