import type { ErrorCode } from '../gateway-error.js';

/**
 * What a failed answer's status means where its body says nothing more exact. The gateway's own key is what a 401 or a 403
 * speaks of: passed on as they are, they would make Claude Code ask its user to log in.
 */
export function errorCodeOfStatus(status: number): ErrorCode {
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
    // CDNs say with these that the server behind them did not answer.
    case 520:
    case 524:
    case 529:
      return 'overloaded';
    default:
      return status >= 400 && status < 500 ? 'invalid_request' : 'upstream_failed';
  }
}
