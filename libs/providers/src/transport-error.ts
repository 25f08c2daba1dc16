import { errors } from 'undici';
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
  if (closedCodes.has(code) || isCutOff(error)) {
    return new GatewayError('upstream_failed', 'The upstream closed the connection', { cause: error });
  }
  // Its parser's errors have no code in undici 8.
  if (error instanceof errors.HTTPParserError || code === 'UND_ERR_HEADERS_OVERFLOW') {
    return new GatewayError('upstream_invalid_answer', 'The upstream did not answer in HTTP', { cause: error });
  }
  // A call that undici would not make: nothing has been asked of anybody.
  if (code === 'UND_ERR_INVALID_ARG') return new GatewayError('internal', 'Internal server error', { cause: error });
  return new GatewayError('upstream_unreachable', 'The upstream cannot be reached', { cause: error });
}

/** How the parser tells that the connection has closed within a body whose length nobody knows. */
function isCutOff(error: unknown): boolean {
  return error instanceof errors.HTTPParserError && error.message.includes('Invalid EOF state');
}
