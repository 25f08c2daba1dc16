import { randomUUID } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import type { Vendor } from './endpoint.js';
import { uniqueId } from './unique-id.js';

export function mintRequestId(vendor: Vendor): string {
  return vendor === 'anthropic' ? uniqueId('req_01', 22) : vendor === 'openai' ? uniqueId('req_', 32) : randomUUID();
}

/** What the vendor sends with every answer; `limited` when its quota is used up. */
export function vendorHeaders(vendor: Vendor, requestId: string, limited: boolean): OutgoingHttpHeaders {
  const requests = limited ? '0' : '49';
  if (vendor === 'anthropic') {
    const reset = new Date(Date.now() + 1000).toISOString().replace(/\.\d+Z$/, 'Z');
    const quota = (kind: string, limit: string, remaining: string) => ({
      [`anthropic-ratelimit-${kind}-limit`]: limit,
      [`anthropic-ratelimit-${kind}-remaining`]: remaining,
      [`anthropic-ratelimit-${kind}-reset`]: reset,
    });
    return {
      'request-id': requestId,
      'anthropic-organization-id': '00000000-0000-4000-8000-000000000000',
      ...quota('requests', '50', requests),
      ...quota('tokens', '100000', limited ? '0' : '98000'),
      ...quota('input-tokens', '80000', limited ? '0' : '79000'),
      ...quota('output-tokens', '20000', limited ? '0' : '19000'),
      via: '1.1 google',
    };
  }
  const quota = {
    'x-ratelimit-limit-requests': '50',
    'x-ratelimit-limit-tokens': '100000',
    'x-ratelimit-remaining-requests': requests,
    'x-ratelimit-remaining-tokens': limited ? '0' : '98000',
  };
  if (vendor === 'azure') {
    return { 'x-request-id': requestId, 'apim-request-id': randomUUID(), 'x-ms-region': 'East US 2', ...quota };
  }
  return {
    'x-request-id': requestId,
    'openai-organization': 'org-simulator',
    'openai-processing-ms': '12',
    'openai-version': '2020-10-01',
    ...quota,
    'x-ratelimit-reset-requests': '120ms',
    'x-ratelimit-reset-tokens': '6m0s',
  };
}
