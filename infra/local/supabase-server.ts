import { join } from 'node:path';
import { App } from '@supabase/lite';
import type { PgliteConnection } from '@supabase/lite/pglite';
import { lockDataDirectory } from './data-directory-lock.js';
import { startFetchServer } from './fetch-server.js';
import { openMigratedDatabase } from './migrated-database.js';
import { oneAtATime } from './one-at-a-time.js';
import { runAsProcess } from './run-as-process.js';
import { localPublishableKey, localServiceRoleKey } from './supabase-keys.js';

export interface SupabaseServer {
  readonly url: string;
  readonly serviceRoleKey: string;
  readonly publishableKey: string;
  close(): Promise<void>;
}

/**
 * Supabase's REST interface on PGlite with the repository's migrations applied.
 *
 * @param options.port 0 takes any free one.
 * @param options.dataDir where it is kept; without one, in memory.
 */
export async function startSupabaseServer(options: { port: number; dataDir?: string }): Promise<SupabaseServer> {
  const unlock = options.dataDir === undefined ? undefined : lockDataDirectory(options.dataDir);
  const server = await serveDatabase(
    await openMigratedDatabase(options.dataDir && join(options.dataDir, 'postgres')),
    options.port,
  );
  return {
    ...server,
    close: async () => {
      await server.close();
      unlock?.();
    },
  };
}

/** Supabase's REST interface on a database, which is closed with it. */
export async function serveDatabase(connection: PgliteConnection, port: number): Promise<SupabaseServer> {
  const app = new App({
    connection,
    auth: { enabled: false, publishable_key: localPublishableKey, secret_key: localServiceRoleKey },
    options: { server: { disableStudio: true } },
  });
  await app.init();

  // All requests share PGlite's one connection, and the App opens its transactions on it without waiting for another's end:
  // two at once run as one, under the last one's role, and one's error undoes what the other was told is stored.
  const server = await startFetchServer(
    port,
    oneAtATime(async (request: Request) => app.fetch(request)),
  );

  return {
    url: `http://127.0.0.1:${server.port}`,
    serviceRoleKey: localServiceRoleKey,
    publishableKey: localPublishableKey,
    close: async () => {
      await server.close();
      await connection.close();
    },
  };
}

runAsProcess(import.meta.filename, 'supabase', () =>
  startSupabaseServer({
    port: Number(process.env.LOCAL_SUPABASE_PORT ?? 8083),
    dataDir: join(process.env.LOCAL_DATA_DIR ?? '.local', 'supabase'),
  }),
);
