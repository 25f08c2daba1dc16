import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { routeFileSchema } from '#config';
import { ProviderRegistry } from './provider-registry.js';
import { ProvidersModule } from './providers.module.js';

const root = join(import.meta.dirname, '../../..');

async function providerIds(): Promise<string[]> {
  const module = await Test.createTestingModule({ imports: [ProvidersModule] }).compile();
  return module.get(ProviderRegistry).all.map(({ id }) => id);
}

describe('every provider', () => {
  it('can be named in a route file, and no other', async () => {
    expect(routeFileSchema).toMatchObject({
      properties: { targets: { items: { properties: { provider: { enum: await providerIds() } } } } },
    });
  });

  it('is unknown by name to the apps, the gateway and the jobs', async () => {
    const quoted = new RegExp(`['"\`](?:${(await providerIds()).join('|')})['"\`]`);
    const files = globSync('{apps/*,libs/gateway,libs/jobs}/src/**/*.ts', {
      cwd: root,
      exclude: (file) => /\.(?:spec|fixture)\.ts$/.test(file),
    });
    expect(files.length).toBeGreaterThan(100);
    expect(files.filter((file) => quoted.test(readFileSync(join(root, file), 'utf8')))).toEqual([]);
  });
});
