import { createPgliteConnection } from '@supabase/lite/pglite';
import { applyMigrations } from '../../local/apply-migrations.js';
import { type DatabaseKind, hostedDefaults, hostedProject } from './test-database.js';

/** The database of `npm run local`, in memory, migrated as `npm run local` migrates it. */
export const pglite: DatabaseKind = {
  name: 'PGlite',
  missing: undefined,
  start: async () => ({
    create: async () => {
      const connection = await createPgliteConnection({ url: 'memory://' });
      await connection.driver.exec(hostedProject + hostedDefaults);
      return {
        exec: async (sql) => {
          await connection.driver.transaction((transaction) => transaction.exec(sql));
        },
        rows: async <Row>(query: string) => (await connection.driver.query<Row>(query)).rows,
        migrate: () => applyMigrations(connection),
        close: () => connection.close(),
      };
    },
    stop: async () => undefined,
  }),
};
