import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { localApiKey } from './local-api-key.js';

it('makes a key once, for its owner alone, long enough for the API', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'local-api-key-'));
  try {
    const key = localApiKey(join(directory, 'data'));

    expect(key).toMatch(/^cp-local-[\w-]{32}$/);
    expect(localApiKey(join(directory, 'data'))).toBe(key);
    expect((await stat(join(directory, 'data/proxy-api-key'))).mode & 0o777).toBe(0o600);
    expect(localApiKey(join(directory, 'other'))).not.toBe(key);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
