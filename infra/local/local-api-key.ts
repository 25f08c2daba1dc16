import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from './error-code.js';

/** The key for this data directory's proxy: made once, readable by its owner alone. */
export function localApiKey(dataDir: string): string {
  const file = join(dataDir, 'proxy-api-key');
  mkdirSync(dataDir, { recursive: true });
  try {
    writeFileSync(file, `cp-local-${randomBytes(24).toString('base64url')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
  return readFileSync(file, 'utf8').trim();
}
