import { expect, it } from '@jest/globals';
import { Secret, type TargetConfig } from '#config';
import { OpenaiCompatibleProvider } from './openai-compatible.provider.js';

const provider = new OpenaiCompatibleProvider();
const target: TargetConfig = { name: 'vllm', provider: 'openai-compatible', baseUrl: 'http://127.0.0.1:8000/v1/' };

function addressOf(more: Partial<TargetConfig>) {
  const clientHeaders = { 'openai-beta': 'a' };
  const call = { operation: 'generate', dialect: 'chat', model: 'm', clientHeaders, query: '?a=1' } as const;
  return provider.address({ ...target, ...more }, call);
}

it('a compatible server is called with a key where it has one', () => {
  expect(addressOf({})).toEqual({
    origin: 'http://127.0.0.1:8000',
    path: '/v1/chat/completions?a=1',
    headers: { 'openai-beta': 'a', 'content-type': 'application/json', 'accept-encoding': 'identity' },
  });
  expect(addressOf({ apiKey: new Secret('our-key') }).headers).toMatchObject({ authorization: 'Bearer our-key' });
});

it('a compatible server is asked in Chat Completions, whatever its model could do at home, unless the operator knows better', () => {
  const model = provider.modelOf(target, 'gpt-5.6');
  expect(model).toMatchObject({ provider: 'openai-compatible', model: 'gpt-5.6', capabilities: { api: 'chat' } });
  expect([provider.dialectsOf(), provider.countsTokens()]).toEqual([['chat'], false]);
  const known = provider.modelOf({ ...target, model: 'ours', capabilities: { imageInput: false } }, 'gpt-5.6');
  expect(known).toMatchObject({ model: 'ours', capabilities: { api: 'chat', imageInput: false } });
});
