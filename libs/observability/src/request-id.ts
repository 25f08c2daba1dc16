import { randomUUID } from 'node:crypto';

/** Ours for a request, in the vendor's form: `req_` and 32 hexadecimal digits. */
export function newRequestId(): string {
  return `req_${randomUUID().replaceAll('-', '')}`;
}
