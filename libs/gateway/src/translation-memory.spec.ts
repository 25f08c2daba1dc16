import { expect, it } from '@jest/globals';
import { type MessagesRequest, reasoningItems } from '#wire';
import type { Target } from './router.js';
import { TranslationMemory } from './translation-memory.js';

const target = { config: { name: 'azure' }, model: { model: 'gpt-6' } } as Target;

const request: MessagesRequest = { model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] };

it('leaves a value that the upstream has said to support', () => {
  const memory = new TranslationMemory();
  memory.learn(target, { param: 'reasoning.effort', supportedValues: ['low', 'medium'] });
  const supported = { reasoning: { effort: 'medium' } };
  expect(memory.heal(target, request, supported)).toEqual({ body: supported, warnings: [] });
  expect(memory.heal(target, request, { reasoning: { effort: 'high' } })).toMatchObject({
    body: { reasoning: { effort: 'medium' } },
    warnings: [{ code: 'effort_clamped' }],
  });
});

it('leaves what an earlier finding has made of a value, where a later one supports that', () => {
  const memory = new TranslationMemory();
  memory.learn(target, { param: 'reasoning.effort', supportedValues: ['low', 'medium'] });
  memory.learn(target, { param: 'reasoning.effort', supportedValues: ['low', 'medium', 'none'] });
  expect(memory.heal(target, request, { reasoning: { effort: 'high' } }).body).toEqual({
    reasoning: { effort: 'medium' },
  });
});

it('does not take reasoning from all requests because that of one could not be decrypted', () => {
  const memory = new TranslationMemory();
  memory.learn(target, { param: reasoningItems });
  const body = { input: [{ type: 'reasoning', encrypted_content: 'good' }] };
  expect(memory.heal(target, request, body)).toEqual({ body, warnings: [] });
  expect(memory.hasRefused(target, body)).toBe(false);
});
