import { describe, expect, it } from '@jest/globals';
import { claudeCapabilities } from '../messages/claude-capabilities.js';
import { capabilitiesFor } from '../openai/capabilities.js';
import { anthropicModelPage, formatAnthropicModel } from './anthropic-models.js';
import type { ListedModel } from './listed-model.js';
import { openaiModelList } from './openai-models.js';

const claude: ListedModel = {
  id: 'claude-opus-5-5',
  owner: 'anthropic',
  capabilities: claudeCapabilities('claude-opus-5-5'),
  native: true,
};
const translated: ListedModel = {
  id: 'claude-gpt',
  owner: 'openai',
  capabilities: capabilitiesFor('gpt-5.1'),
  native: false,
};
const five = ['a', 'b', 'c', 'd', 'e'].map((id): ListedModel => ({ ...translated, id }));

function page(query: object): [string[], boolean] {
  const { data, has_more: more } = anthropicModelPage(five, query);
  return [data.map(({ id }) => id), more];
}

describe('a model for Anthropic’s clients', () => {
  it('has every member that their types know', () => {
    expect(formatAnthropicModel(claude)).toMatchObject({
      type: 'model',
      id: 'claude-opus-5-5',
      display_name: 'Claude Opus 5.5',
      created_at: '1970-01-01T00:00:00Z',
      lifecycle: 'active',
      max_input_tokens: 1_000_000,
      max_tokens: 128_000,
      capabilities: {
        pdf_input: { supported: true },
        image_input: { supported: true },
        effort: { supported: true, xhigh: { supported: true }, max: { supported: true } },
        thinking: { supported: true, types: { adaptive: { supported: true }, enabled: { supported: false } } },
        context_management: { supported: true },
        server_tools: { web_search: { supported: true } },
      },
    });
  });

  it('says of a translated model what its own table says', () => {
    const { capabilities, ...model } = formatAnthropicModel(translated);
    expect(model).toMatchObject({ display_name: 'claude-gpt', max_input_tokens: 400_000, max_tokens: 128_000 });
    expect(capabilities).toMatchObject({
      citations: { supported: false },
      effort: { low: { supported: true }, xhigh: { supported: false }, max: { supported: false } },
      thinking: { types: { disabled: { supported: true }, enabled: { supported: true } } },
      server_tools: { supported: true, code_execution: { supported: false } },
    });
  });
});

describe('a page of models for Anthropic’s clients', () => {
  it.each([
    [{}, ['a', 'b', 'c', 'd', 'e'], false],
    [{ limit: '2' }, ['a', 'b'], true],
    [{ limit: '5' }, ['a', 'b', 'c', 'd', 'e'], false],
    [{ limit: '2', after_id: 'b' }, ['c', 'd'], true],
    [{ limit: '2', after_id: 'c' }, ['d', 'e'], false],
    [{ limit: '2', after_id: 'e' }, [], false],
    [{ limit: '2', before_id: 'e' }, ['c', 'd'], true],
    [{ limit: '2', before_id: 'c' }, ['a', 'b'], false],
    [{ limit: '2', before_id: 'a' }, [], false],
  ])('for %p is %p, and there are more: %p', (query, ids, more) => {
    expect(page(query)).toEqual([ids, more]);
  });

  it('names its first and last, or none', () => {
    expect(anthropicModelPage(five, { limit: '2' })).toMatchObject({ first_id: 'a', last_id: 'b' });
    expect(anthropicModelPage([], {})).toEqual({ data: [], has_more: false, first_id: null, last_id: null });
  });

  it.each([
    [{ limit: '0' }, 'limit: Input should be from 1 to 1000'],
    [{ limit: '1001' }, 'limit: Input should be from 1 to 1000'],
    [{ limit: 'all' }, 'limit: Input should be from 1 to 1000'],
    [{ after_id: 'z' }, 'after_id: There is no such model in this list'],
    [{ after_id: 'a', before_id: 'b' }, 'after_id: Only one of after_id and before_id can be given'],
  ])('is refused for %p', (query, message) => {
    expect(() => page(query)).toThrow(expect.objectContaining({ code: 'invalid_request', message }));
  });
});

describe('the list for OpenAI’s clients', () => {
  it('has all models at once', () => {
    expect(openaiModelList([claude, translated])).toEqual({
      object: 'list',
      data: [
        { id: 'claude-opus-5-5', object: 'model', created: 0, owned_by: 'anthropic' },
        { id: 'claude-gpt', object: 'model', created: 0, owned_by: 'openai' },
      ],
    });
  });
});
