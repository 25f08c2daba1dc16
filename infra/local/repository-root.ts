import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

function rootAbove(directory: string): string {
  if (existsSync(join(directory, 'package-lock.json'))) return directory;
  const parent = dirname(directory);
  if (parent === directory) throw new Error('infra/local is not inside the repository');
  return rootAbove(parent);
}

/** The same from `infra/local/` (tests) and from `dist/infra/local/`. */
export const repositoryRoot = rootAbove(import.meta.dirname);
