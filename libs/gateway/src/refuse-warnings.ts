import { GatewayError, type Warning } from '#wire';
import type { Inbound } from './inbound.js';

/** A strict client would rather be refused than lose anything. Throws `invalid_request` with the path. */
export function refuseWarnings(inbound: Inbound, [warning]: readonly Warning[]): void {
  if (warning === undefined || !inbound.strict) return;
  const { path, code } = warning;
  throw new GatewayError('invalid_request', `${path}: ${code} (x-proxy-strict is on)`, { path });
}
