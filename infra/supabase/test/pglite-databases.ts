import { createPgliteConnection } from '@supabase/lite/pglite';
import { applyMigrations } from '../../local/apply-migrations.js';
import { type DatabaseKind, hostedDefaults, hostedRoles, type TestDatabase } from './test-database.js';

/** The database of `npm run local`, in memory, migrated as `npm run local` migrates it. */
export const pglite: DatabaseKind = {
  name: 'PGlite',
  missing: undefined,
  start: async () => {
    const connection = await createPgliteConnection({ url: 'memory://' });
    await connection.driver.exec(hostedRoles);
    // Starting one takes seconds and emptying it none, so there is one at a time.
    const create = async (): Promise<TestDatabase> => {
      await connection.driver.exec(`
        drop schema if exists public, supabase_migrations cascade;
        create schema public;
        ${hostedDefaults}`);
      return {
        exec: async (sql) => {
          await connection.driver.transaction((transaction) => transaction.exec(sql));
        },
        rows: async <Row>(query: string) => (await connection.driver.query<Row>(query)).rows,
        migrate: () => applyMigrations(connection),
        close: async () => undefined,
      };
    };
    return {
      create,
      createMigrated: async () => {
        const database = await create();
        await database.migrate();
        return database;
      },
      stop: () => connection.close(),
    };
  },
};
