import type { IncomingHttpHeaders } from 'node:http';
import type { Vendor } from './endpoint.js';
import { vendorError, type VendorError } from './error-bodies.js';

/** Any key is good but this one. */
const invalidKey = 'invalid-key';

/** The vendor's own 401, or nothing when it would let the request in. */
export function refuseCredentials(vendor: Vendor, headers: IncomingHttpHeaders): VendorError | undefined {
  const bearer = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1]?.trim();
  if (vendor === 'anthropic') {
    const key = single(headers['x-api-key']);
    if (key === invalidKey) return vendorError(vendor, 401, { message: 'invalid x-api-key' });
    if (key) return undefined;
    if (bearer === invalidKey) return vendorError(vendor, 401, { message: 'Invalid bearer token' });
    return bearer ? undefined : vendorError(vendor, 401, { message: 'x-api-key header is required' });
  }
  if (vendor === 'azure') {
    const key = single(headers['api-key']) ?? bearer;
    return key && key !== invalidKey ? undefined : vendorError(vendor, 401);
  }
  if (!bearer) {
    return vendorError(vendor, 401, {
      message: `You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).`,
      code: null,
    });
  }
  return bearer === invalidKey ? vendorError(vendor, 401) : undefined;
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
