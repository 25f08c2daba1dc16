import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Keeps a second process out of a data directory; PGlite does not, and two of them ruin the files. SQLite's lock is the
 * operating system's own: it ends with the process, however that ends, which a file holding a process id does not.
 *
 * @returns what releases it.
 * @throws Error if another process holds it, and goes on holding it for two seconds.
 */
export function lockDataDirectory(directory: string): () => void {
  mkdirSync(directory, { recursive: true });
  const database = new DatabaseSync(join(directory, 'lock.sqlite'));
  try {
    // A killed copy lets go of its ports first, and of this once its database is closed.
    database.exec('pragma busy_timeout = 2000');
    database.exec('begin exclusive');
  } catch (error) {
    database.close();
    throw new Error(
      `${directory} is in use by another copy. Stop that one, or give this one a directory of its own with LOCAL_DATA_DIR.`,
      { cause: error },
    );
  }
  return () => database.close();
}
