import { describe, expect, it } from '@jest/globals';
import { Secret, type TargetConfig } from '#config';
import type { UpstreamCall } from '../../provider.js';
import { AzureOpenaiProvider } from './azure-openai.provider.js';

const provider = new AzureOpenaiProvider();
const target: TargetConfig = {
  name: 'azure-openai',
  provider: 'azure-openai',
  baseUrl: 'https://ours.openai.azure.com',
  apiKey: new Secret('our-key'),
  model: 'deployment 1',
  baseModel: 'gpt-5.4',
};

function addressOf(dialect: UpstreamCall['dialect'], more: Partial<TargetConfig> = {}) {
  return provider.address(
    { ...target, ...more },
    { operation: 'generate', dialect, model: 'deployment 1', clientHeaders: { 'api-key': 'theirs' }, query: '?a=1' },
  );
}

describe('the address of an Azure deployment', () => {
  it.each([
    ['chat', undefined, '/openai/v1/chat/completions'],
    ['responses', undefined, '/openai/v1/responses'],
    ['chat', '2024-10-21', '/openai/deployments/deployment%201/chat/completions?api-version=2024-10-21'],
    ['responses', '2025-04-01-preview', '/openai/responses?api-version=2025-04-01-preview'],
  ] as const)('in %s, with the version %s, is %s', (dialect, apiVersion, path) => {
    expect(addressOf(dialect, { apiVersion })).toMatchObject({ origin: 'https://ours.openai.azure.com', path });
    const behind = addressOf(dialect, { apiVersion, baseUrl: 'https://relay.example/azure/' });
    expect(behind).toMatchObject({ origin: 'https://relay.example', path: `/azure${path}` });
  });

  it('has the operator’s key, or its token in place of it', () => {
    expect(addressOf('chat').headers).toMatchObject({ 'api-key': 'our-key', 'accept-encoding': 'identity' });
    const { headers } = addressOf('chat', { bearerToken: new Secret('token') });
    expect(headers).toMatchObject({ authorization: 'Bearer token' });
    expect(Object.values(headers)).not.toContain('our-key');
  });
});

it('what a deployment can do, and what it is asked in, is known by the model behind it', () => {
  const reasoning = provider.modelOf(target, 'asked');
  expect(reasoning).toMatchObject({ model: 'deployment 1', capabilities: { api: 'responses' } });
  expect(provider.dialectsOf(reasoning)).toEqual(['responses', 'chat']);
  const plain = provider.modelOf({ ...target, baseModel: 'gpt-4o' }, 'asked');
  expect(provider.dialectsOf(plain)).toEqual(['chat', 'responses']);
  expect(provider.countsTokens()).toBe(false);
});
