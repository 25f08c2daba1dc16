import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createPgliteConnection } from '@supabase/lite/pglite';
import { GatewayError } from '#wire';
import { readMigrations } from '../../../infra/local/apply-migrations.js';
import { serveDatabase, startSupabaseServer } from '../../../infra/local/supabase-server.js';
import { DatabaseProbe } from './database-probe.js';
import { createDatabaseClient } from './supabase-client.js';

// The embedded server prints every SQL error with its parameters; the tests look at what the client is told.
beforeAll(() => void jest.spyOn(console, 'error').mockReturnValue(undefined));

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

async function urlOf(listener: Server): Promise<string> {
  server = listener;
  await new Promise<void>((resolve) => {
    listener.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
}

async function failureOf(url: string, serviceRoleKey = 'the-secret-key', timeoutMs = 5000): Promise<GatewayError> {
  const probe = new DatabaseProbe(createDatabaseClient({ url, serviceRoleKey, timeoutMs }));
  const error: unknown = await probe.ping(new AbortController().signal).catch((caught: unknown) => caught);
  if (!(error instanceof GatewayError)) throw new Error(`no GatewayError but ${inspect(error)}`);
  return error;
}

describe('the probe', () => {
  it('is content with a database that answers, and not with a wrong key', async () => {
    const supabase = await startSupabaseServer({ port: 0 });
    try {
      await new DatabaseProbe(createDatabaseClient(supabase)).ping(new AbortController().signal);

      const error = await failureOf(supabase.url);
      expect(error).toMatchObject({ code: 'unavailable' });
      expect(String(error.cause)).toContain('Invalid API key');
      expect(inspect(error)).not.toContain('the-secret-key');

      const anonymous = await failureOf(supabase.url, supabase.publishableKey);
      expect(String(anonymous.cause)).toContain('42501');
    } finally {
      await supabase.close();
    }
  });

  it('tells where the newest migration is missing, and what to do', async () => {
    const connection = await createPgliteConnection({ url: 'memory://' });
    for (const { sql } of readMigrations().slice(0, -1)) await connection.driver.exec(sql);
    const supabase = await serveDatabase(connection, 0);
    try {
      const error = await failureOf(supabase.url, supabase.serviceRoleKey);
      expect(error).toMatchObject({ code: 'unavailable', message: expect.stringContaining('migrate.sh') });
      expect(error.cause).toEqual(expect.any(Error));
      expect(error.cause).toMatchObject({ code: 'PGRST202' });
    } finally {
      await supabase.close();
    }
  }, 60_000);

  it('names the reason when nothing listens, and neither address nor key', async () => {
    const url = await urlOf(createServer());
    server?.close();

    const error = await failureOf(url);
    expect(error).toMatchObject({ code: 'unavailable', retryable: true });
    expect(String(error.cause)).toContain('ECONNREFUSED');
    expect(error.message + String(error.cause)).not.toContain('127.0.0.1');
    expect(inspect(error)).not.toContain('the-secret-key');
  });

  it('does not wait forever', async () => {
    const url = await urlOf(createServer(() => undefined));

    const error = await failureOf(url, 'k', 50);
    expect(error).toMatchObject({ code: 'unavailable' });
    expect(String(error.cause)).toContain('TimeoutError');
  });

  it('can be given up', async () => {
    const url = await urlOf(createServer(() => undefined));
    const probe = new DatabaseProbe(createDatabaseClient({ url, serviceRoleKey: 'k' }));

    await expect(probe.ping(AbortSignal.timeout(50))).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('is not content with a page of HTML', async () => {
    const url = await urlOf(
      createServer((_request, response) => {
        response.writeHead(503, { 'content-type': 'text/html' }).end('<html>the gateway is down</html>');
      }),
    );

    const error = await failureOf(url);
    expect(error).toMatchObject({ code: 'unavailable' });
    expect(String(error.cause)).toContain('503');
  });
});
