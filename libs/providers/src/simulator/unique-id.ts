import { randomBytes } from 'node:crypto';

/** The vendors' ids: a prefix and letters or digits. */
export function uniqueId(prefix: string, length: number): string {
  const letters = randomBytes(length * 2)
    .toString('base64url')
    .replaceAll(/[-_]/g, '');
  return prefix + letters.slice(0, length);
}
