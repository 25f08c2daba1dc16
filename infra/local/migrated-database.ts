import { createHash, randomUUID } from 'node:crypto';
import { existsSync, openAsBlob, readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createPgliteConnection, type PgliteConnection } from '@supabase/lite/pglite';
import { applyMigrations, readMigrations } from './apply-migrations.js';
import { repositoryRoot } from './repository-root.js';

/** Where tools keep what they can make again. */
const cacheDirectory = join(repositoryRoot, 'node_modules/.cache/claude-proxy');

const oldAfterMs = 60 * 60 * 1000;

/**
 * PGlite with the repository's migrations applied.
 *
 * @param directory undefined keeps it in memory.
 */
export async function openMigratedDatabase(directory?: string): Promise<PgliteConnection> {
  if (directory === undefined) return newDatabase('memory://');
  // PGlite cannot open what a process that was killed has half made; nobody has stored anything there yet.
  const unfinished = `${directory}.unfinished`;
  if (existsSync(directory) && !existsSync(unfinished))
    return migrated(await createPgliteConnection({ url: directory }));
  await rm(directory, { recursive: true, force: true });
  await writeFile(unfinished, '');
  const connection = await newDatabase(directory);
  await rm(unfinished);
  return connection;
}

/** A copy of the first that was made: `initdb` and the migrations take 8.6 s of CPU in WebAssembly, the copy 1.4. */
async function newDatabase(url: string): Promise<PgliteConnection> {
  const image = join(cacheDirectory, imageName());
  if (existsSync(image)) {
    return migrated(await createPgliteConnection({ url, pgliteOptions: { loadDataDir: await openAsBlob(image) } }));
  }
  const connection = await migrated(await createPgliteConnection({ url }));
  // Saves time and is needed by nobody: a directory that cannot be written to is no reason to fail.
  await keepImage(connection, image).catch(() => undefined);
  return connection;
}

async function migrated(connection: PgliteConnection): Promise<PgliteConnection> {
  await applyMigrations(connection);
  return connection;
}

/** Another one where a migration or a package has changed. */
function imageName(): string {
  const hash = createHash('sha256').update(readFileSync(join(repositoryRoot, 'package-lock.json')));
  for (const { version, sql } of readMigrations()) hash.update(`\n-- ${version}\n${sql}`);
  return `database-${hash.digest('hex').slice(0, 16)}.tar`;
}

async function keepImage(connection: PgliteConnection, path: string): Promise<void> {
  const bytes = Buffer.from(await (await connection.driver.dumpDataDir('none')).arrayBuffer());
  await mkdir(cacheDirectory, { recursive: true });
  // Whole or not at all: others look for it meanwhile.
  const unfinished = `${path}.${randomUUID()}`;
  await writeFile(unfinished, bytes);
  await rename(unfinished, path);
  const others = (await readdir(cacheDirectory)).filter(
    (name) => name.startsWith('database-') && name !== basename(path),
  );
  await Promise.all(others.map((name) => removeOld(join(cacheDirectory, name))));
}

/** Another process may be at one that is young. */
async function removeOld(path: string): Promise<void> {
  const { mtimeMs } = await stat(path);
  if (Date.now() - mtimeMs > oldAfterMs) await rm(path, { force: true });
}
