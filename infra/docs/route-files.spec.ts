import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadConfig } from '#config';
import { repositoryRoot } from '../local/repository-root.js';

/** What a document shows as YAML and that begins with targets is a whole route file, which its reader may take as it stands. */
const files = [
  ...globSync('docs/*.md', { cwd: repositoryRoot })
    .toSorted()
    .flatMap((document) =>
      [...readFileSync(join(repositoryRoot, document), 'utf8').matchAll(/^```yaml\n(targets:[^]*?)^```$/gm)].map(
        ([, yaml = ''], index) => ({ name: `${document}, example ${index + 1}`, yaml }),
      ),
    ),
  {
    name: 'docs/gateway-config.example.yaml',
    yaml: readFileSync(join(repositoryRoot, 'docs/gateway-config.example.yaml'), 'utf8'),
  },
];

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'route-files-'));
});
afterAll(() => rm(directory, { recursive: true }));

describe('the route files in the documents', () => {
  it.each(files)('$name needs nothing but the keys that it names', async ({ yaml }) => {
    const path = join(directory, 'gateway-config.yaml');
    await writeFile(path, yaml);
    const keys = [...yaml.matchAll(/\$\{env:(\w+)\}|apiKeyEnv: (\w+)/g)].map(([, braced, plain]) => braced ?? plain);
    const config = loadConfig(
      {
        GATEWAY_CONFIG: path,
        PROXY_API_KEY: 'k'.repeat(32),
        ...Object.fromEntries(keys.map((key) => [key, 'a-vendor-key'])),
      },
      'api',
    );
    expect(config.routes.length).toBeGreaterThanOrEqual(2);
  });

  it('are there for those who come from another gateway', () => {
    expect(files.filter(({ name }) => name.startsWith('docs/MIGRATING.md'))).toHaveLength(2);
  });
});
