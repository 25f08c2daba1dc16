import { GatewayError } from '#wire';

const visibleAscii = /^[\x21-\x7e]{1,255}$/;

/** A client's `Idempotency-Key`, the same for every retry of a request. Throws `GatewayError` invalid_request. */
export function checkedIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined || visibleAscii.test(header)) return header;
  throw new GatewayError('invalid_request', 'idempotency-key: should be 1 to 255 visible ASCII characters', {
    path: 'idempotency-key',
  });
}
