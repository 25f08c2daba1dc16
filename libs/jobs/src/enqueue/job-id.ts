import { hash, randomUUID } from 'node:crypto';
import { GatewayError } from '#wire';

const visibleAscii = /^[\x21-\x7e]{1,255}$/;

/**
 * A job's id, a UUID. With an `Idempotency-Key` it follows from that and from whose it is (version 8 of RFC 9562), so that a retry
 * after a lost answer meets the job that is there. Throws `GatewayError` invalid_request.
 */
export function jobId(keyId: string, idempotencyKey: string | undefined): string {
  if (idempotencyKey === undefined) return randomUUID();
  if (!visibleAscii.test(idempotencyKey)) {
    throw new GatewayError('invalid_request', 'idempotency-key: should be 1 to 255 visible ASCII characters', {
      path: 'idempotency-key',
    });
  }
  const digits = hash('sha256', `${keyId} ${idempotencyKey}`);
  const variant = ((Number.parseInt(digits.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `8${digits.slice(13, 16)}`,
    `${variant}${digits.slice(18, 20)}`,
    digits.slice(20, 32),
  ].join('-');
}
