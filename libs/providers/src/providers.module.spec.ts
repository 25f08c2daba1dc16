import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { routeFileSchema, Secret, type TargetConfig } from '#config';
import type { Provider } from './provider.js';
import { ProviderRegistry } from './provider-registry.js';
import { ProvidersModule } from './providers.module.js';

const root = join(import.meta.dirname, '../../..');

async function allProviders(): Promise<readonly Provider[]> {
  const module = await Test.createTestingModule({ imports: [ProvidersModule] }).compile();
  return module.get(ProviderRegistry).all;
}

function targetOf({ id }: Provider, more: Partial<TargetConfig> = {}): TargetConfig {
  return { name: 'ours', provider: id, baseUrl: 'https://upstream.example', apiKey: new Secret('our-key'), ...more };
}

describe('every provider', () => {
  it('can be named in a route file, and no other', async () => {
    const ids = (await allProviders()).map(({ id }) => id);
    expect(routeFileSchema).toMatchObject({
      properties: { targets: { items: { properties: { provider: { enum: ids } } } } },
    });
  });

  it('takes the operator’s word for which model answers, and for what it can do', async () => {
    for (const provider of await allProviders()) {
      const target = targetOf(provider, { model: 'fixed', capabilities: { maxOutput: 4711 } });
      expect(provider.modelOf(target, 'asked')).toMatchObject({
        provider: provider.id,
        model: 'fixed',
        capabilities: { maxOutput: 4711 },
      });
    }
  });

  it('identifies itself with the target’s key, and asks for an answer that is not compressed', async () => {
    for (const provider of await allProviders()) {
      const target = targetOf(provider);
      const model = provider.modelOf(target, 'asked');
      const [dialect = 'messages'] = provider.dialectsOf(model);
      const clientHeaders = { authorization: 'a', 'x-api-key': 'b', 'api-key': 'c', 'accept-encoding': 'gzip' };
      const call = { operation: 'generate', dialect, model: model.model, clientHeaders, query: '' } as const;
      const { headers } = provider.address(target, call);
      expect(Object.values(headers).join('\n')).toContain('our-key');
      expect(headers).toMatchObject({ 'content-type': 'application/json', 'accept-encoding': 'identity' });
    }
  });

  it('is unknown by name to the apps, the gateway and the jobs', async () => {
    const ids = (await allProviders()).map(({ id }) => id);
    const quoted = new RegExp(`['"\`](?:${ids.join('|')})['"\`]`);
    const files = globSync('{apps/*,libs/gateway,libs/jobs}/src/**/*.ts', {
      cwd: root,
      exclude: (file) => /\.(?:spec|fixture)\.ts$/.test(file),
    });
    expect(files.length).toBeGreaterThan(100);
    expect(files.filter((file) => quoted.test(readFileSync(join(root, file), 'utf8')))).toEqual([]);
  });
});
