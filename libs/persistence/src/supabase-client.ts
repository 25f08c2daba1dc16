import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import type { Database } from './database.js';

/** Typed for the SQL functions of the migrations. */
export type DatabaseClient = SupabaseClient<Database>;

export interface DatabaseOptions {
  /** The project's URL, without `/rest/v1`. */
  readonly url: string;
  /** Bypasses row-level security: no table has a policy, so nothing else gets in. */
  readonly serviceRoleKey: string;
  /** Of one call, its answer's body included. Bodies of jobs reach 32 MB. Default 15 000. */
  readonly timeoutMs?: number;
}

/** Node's fetch says "fetch failed" and hides the reason in `cause`; its own messages may hold the URL. */
function transportCodeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown';
  if ('cause' in error && error.cause !== undefined) return transportCodeOf(error.cause);
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'name' in error && typeof error.name === 'string' ? error.name : 'unknown';
}

function fetchWithTimeout(timeoutMs: number): typeof fetch {
  return async (input, init) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = init?.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
    try {
      return await fetch(input, { ...init, signal });
    } catch (error) {
      if (init?.signal?.aborted === true) throw error;
      throw new Error(`no answer from the database: ${transportCodeOf(error)}`, { cause: error });
    }
  };
}

export function createDatabaseClient(options: DatabaseOptions): DatabaseClient {
  return createClient<Database>(options.url, options.serviceRoleKey, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    global: { fetch: fetchWithTimeout(options.timeoutMs ?? 15_000) },
  });
}
