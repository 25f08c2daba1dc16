import { describe, expect, it } from '@jest/globals';
import { OpenaiProvider } from './openai.provider.js';

const target = { name: 'openai', provider: 'openai', baseUrl: 'https://api.openai.com/v1' };

function modelAt(more: object, asked: string): string {
  return new OpenaiProvider().modelOf({ ...target, ...more }, asked).model;
}

describe('the model that OpenAI is asked for', () => {
  it('is the one that the client names', () => {
    expect(modelAt({}, 'gpt-5')).toBe('gpt-5');
    expect(modelAt({}, 'claude-opus-5')).toBe('claude-opus-5');
  });

  it('is a fixed one whatever the client names', () => {
    expect(modelAt({ model: 'gpt-4o' }, 'gpt-5')).toBe('gpt-4o');
  });

  it.each(['gpt-5', 'chatgpt-4o-latest', 'o3', 'o4-mini', 'codex-mini-latest', 'ft:gpt-4o-mini:acme::x1'])(
    'is never another one in place of OpenAI’s own %s',
    (asked) => expect(modelAt({ standInModel: 'gpt-4o' }, asked)).toBe(asked),
  );

  it('is the one that stands in for names that are not OpenAI’s', () => {
    expect(modelAt({ standInModel: 'gpt-4o' }, 'claude-opus-5')).toBe('gpt-4o');
    expect(modelAt({ standInModel: 'gpt-4o' }, 'my-alias')).toBe('gpt-4o');
  });
});
