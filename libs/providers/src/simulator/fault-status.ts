import type { Vendor } from './endpoint.js';

const statuses: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  permission_error: 403,
  not_found_error: 404,
  rate_limit_error: 429,
  rate_limit_exceeded: 429,
  insufficient_quota: 429,
  api_error: 500,
  server_error: 500,
  timeout_error: 504,
};

/** The HTTP status that an `error=` directive gives to a plain answer, which has no stream to put a frame in. */
export function faultStatus(vendor: Vendor, type: string | undefined): number {
  return statuses[type ?? ''] ?? (vendor === 'anthropic' ? 529 : 503);
}
