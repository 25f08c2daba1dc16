import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { appliedVersions, ensureHistoryTable } from '@supabase/lite';
import type { PgliteConnection } from '@supabase/lite/pglite';
import { repositoryRoot } from './repository-root.js';

interface Migration {
  /** The file name's timestamp. */
  readonly version: string;
  readonly name: string;
  readonly sql: string;
}

/** The repository's own, oldest first. */
export function readMigrations(): Migration[] {
  const directory = join(repositoryRoot, 'infra/supabase/migrations');
  return readdirSync(directory)
    .flatMap((file) => {
      const match = /^(\d{14})_(\w+)\.sql$/.exec(file);
      if (match === null) return [];
      const [, version = '', name = ''] = match;
      return [{ version, name, sql: readFileSync(join(directory, file), 'utf8') }];
    })
    .toSorted((left, right) => left.version.localeCompare(right.version));
}

/** Applies those that the database has not seen, each in a transaction, and notes them where the Supabase CLI would. */
export async function applyMigrations(connection: PgliteConnection): Promise<void> {
  await ensureHistoryTable(connection);
  const applied = new Set(await appliedVersions(connection));
  for (const { version, name, sql } of readMigrations()) {
    if (applied.has(version)) continue;
    try {
      await connection.driver.transaction(async (transaction) => {
        await transaction.exec(sql);
        // In the same transaction: what is applied and not noted would be applied again, and fail, at every start.
        await transaction.exec(
          `insert into supabase_migrations.schema_migrations (version, name) values ('${version}', '${name}')`,
        );
      });
    } catch (error) {
      throw new Error(`Migration ${version}_${name}.sql failed: ${String(error)}`, { cause: error });
    }
  }
}
