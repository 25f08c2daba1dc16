import { describe, expect, it } from '@jest/globals';
import { Secret, type TargetConfig } from '#config';
import type { UpstreamCall } from '../../provider.js';
import { AnthropicProvider } from './anthropic.provider.js';

const provider = new AnthropicProvider();
const target: TargetConfig = {
  name: 'anthropic',
  provider: 'anthropic',
  baseUrl: 'https://api.anthropic.com',
  apiKey: new Secret('our-key'),
};

function addressOf(call: Partial<UpstreamCall>, more: Partial<TargetConfig> = {}) {
  return provider.address(
    { ...target, ...more },
    { operation: 'generate', dialect: 'messages', model: 'm', clientHeaders: {}, query: '', ...call },
  );
}

describe('Anthropic’s address', () => {
  it('is that of the operation, behind the path of the base URL, with the client’s query', () => {
    expect(addressOf({ query: '?beta=true' })).toMatchObject({
      origin: 'https://api.anthropic.com',
      path: '/v1/messages?beta=true',
    });
    const behind = addressOf({ operation: 'count_tokens' }, { baseUrl: 'https://relay.example/claude/' });
    expect(behind).toMatchObject({ origin: 'https://relay.example', path: '/claude/v1/messages/count_tokens' });
  });

  it('has the client’s own version, and one where the client has none', () => {
    expect(addressOf({}).headers['anthropic-version']).toBe('2023-06-01');
    const clientHeaders = { 'anthropic-version': '2023-01-01', 'anthropic-beta': 'a', 'x-api-key': 'theirs' };
    expect(addressOf({ clientHeaders }).headers).toEqual({
      'anthropic-version': '2023-01-01',
      'anthropic-beta': 'a',
      'content-type': 'application/json',
      'accept-encoding': 'identity',
      'x-api-key': 'our-key',
    });
  });

  it('has a bearer token in place of the key', () => {
    const { headers } = addressOf({}, { bearerToken: new Secret('token') });
    expect(headers).toMatchObject({ authorization: 'Bearer token' });
    expect(headers).not.toHaveProperty('x-api-key');
  });
});

it('what Claude can do behind a deployment’s name is what the model behind it can', () => {
  const { model, capabilities } = provider.modelOf({ ...target, model: 'ours', baseModel: 'claude-opus-5-5' }, 'asked');
  expect(model).toBe('ours');
  expect(capabilities).toEqual(provider.modelOf(target, 'claude-opus-5-5').capabilities);
});
