import { describe, expect, it } from '@jest/globals';

import { capabilitiesFor, defaultCapabilities } from './capabilities.js';

describe('capabilities by a model’s name', () => {
  it.each([
    ['gpt-5.6', { api: 'responses', reasoning: 'optional', reasoningDefaultOn: true, cacheBreakpoints: true }],
    [
      'gpt-5.5-2026-04-23',
      { reasoningDefaultOn: true, efforts: ['none', 'low', 'medium', 'high', 'xhigh'], cacheBreakpoints: false },
    ],
    ['gpt-5.5-pro', { reasoning: 'always', sampling: 'never' }],
    ['gpt-5.4-mini', { reasoning: 'optional', reasoningDefaultOn: false, sampling: 'when-effort-none' }],
    ['gpt-5.1-codex-max', { reasoning: 'always', efforts: ['low', 'medium', 'high', 'xhigh'] }],
    ['GPT-5', { reasoning: 'always', efforts: ['minimal', 'low', 'medium', 'high'], systemRole: 'developer' }],
    ['gpt-5-chat-latest', { api: 'chat', reasoning: 'none' }],
    ['o4-mini', { reasoning: 'always', parallelToolCallsParam: false }],
    ['gpt-4o-mini', { api: 'chat', maxOutput: 16_384, maxTokensParam: 'max_completion_tokens' }],
    ['gpt-35-turbo', { imageInput: false }],
    ['deepseek-reasoner', { reasoningField: 'reasoning_content', reasoningReplay: 'reasoning_content' }],
  ])('are those of the longest prefix of %s', (model, expected) => {
    expect(capabilitiesFor(model)).toMatchObject(expected);
  });

  it('are the widest understood ones where no row fits', () => {
    expect(capabilitiesFor('my-own-model')).toBe(defaultCapabilities);
    expect(capabilitiesFor('')).toBe(defaultCapabilities);
  });
});
