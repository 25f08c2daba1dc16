import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface MigrationFile {
  /** `20261121080000_roles.sql` */
  readonly file: string;
  readonly sql: string;
}

const directory = join(import.meta.dirname, '../migrations');

/** Oldest first. */
export const migrationFiles: readonly MigrationFile[] = readdirSync(directory)
  .filter((file) => file.endsWith('.sql'))
  .toSorted()
  .map((file) => ({ file, sql: readFileSync(join(directory, file), 'utf8') }));
