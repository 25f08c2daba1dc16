import type { PostgrestError, PostgrestSingleResponse } from '@supabase/supabase-js';
import { GatewayError } from '#wire';

/**
 * SQLSTATE classes 22 (data exception), 23 (constraint violation) and 54 (program limit exceeded), and what a proxy before the
 * database finds too large: the same call fails the same way forever. Everything else, a missing function included, may be over
 * after a while or a migration.
 */
function isPermanent(error: PostgrestError, status: number): boolean {
  return /^(?:2[23]|54)/.test(error.code) || status === 413;
}

/**
 * `details` and `hint` stay behind: PostgreSQL puts the failing row there, prompt and all. Supabase's own answer for a bad
 * key has a message and no code.
 */
export function causeOf(error: PostgrestError, status: number): Error {
  const cause = new Error([error.code, status > 0 ? `HTTP ${status}` : '', error.message].filter(Boolean).join(' '));
  // What has a code is a server's own wording, and may be logged.
  return Object.assign(cause, { code: error.code || `HTTP_${status}` });
}

/**
 * The data of an answered call.
 *
 * @param doing what could not be done, for the client: "The job could not be stored".
 * @throws GatewayError `unavailable` (a later try may succeed), or `internal` (the database refused the values).
 */
export function dataOf<T>(response: PostgrestSingleResponse<T>, doing: string): T {
  if (response.error === null) return response.data;
  const cause = causeOf(response.error, response.status);
  if (isPermanent(response.error, response.status)) throw new GatewayError('internal', `${doing}.`, { cause });
  throw new GatewayError('unavailable', `${doing}: the database is not available.`, { retryAfterSeconds: 1, cause });
}
