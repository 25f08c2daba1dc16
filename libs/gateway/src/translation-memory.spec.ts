import { expect, it } from '@jest/globals';
import { type MessagesRequest, type UnsupportedParameter } from '#wire';
import type { Target } from './router.js';
import { TranslationMemory } from './translation-memory.js';

const target = { config: { name: 'azure' }, model: { model: 'gpt-6' } } as Target;

const request: MessagesRequest = { model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] };

/** A memory that has met this refusal, in a request like `asked`. */
function having(asked: Readonly<Record<string, unknown>>, ...findings: readonly UnsupportedParameter[]) {
  const memory = new TranslationMemory();
  for (const finding of findings) {
    const errorBody = JSON.stringify({ error: { code: 'unsupported_value', param: finding.param, message: 'No.' } });
    const lesson = memory.lessonOf(target, { finding, errorBody, asked, sent: asked });
    if (lesson !== undefined) memory.learn(lesson);
  }
  return memory;
}

it('leaves a value that the upstream has said to support', () => {
  const high = { reasoning: { effort: 'high' } };
  const memory = having(high, { param: 'reasoning.effort', supportedValues: ['low', 'medium'] });
  const supported = { reasoning: { effort: 'medium' } };
  expect(memory.heal(target, request, supported)).toEqual({ body: supported, warnings: [] });
  expect(memory.heal(target, request, high)).toMatchObject({
    body: { reasoning: { effort: 'medium' } },
    warnings: [{ code: 'effort_clamped' }],
  });
});

it('leaves what an earlier finding has made of a value, where a later one supports that', () => {
  const high = { reasoning: { effort: 'high' } };
  const memory = having(
    high,
    { param: 'reasoning.effort', supportedValues: ['low', 'medium'] },
    { param: 'reasoning.effort', supportedValues: ['low', 'medium', 'none'] },
  );
  expect(memory.heal(target, request, high).body).toEqual({ reasoning: { effort: 'medium' } });
});

it('takes a number for refused above the most that the upstream takes', () => {
  const memory = having({ max_tokens: 9000 }, { param: 'max_tokens', maximum: 4096 });
  expect(memory.hasRefused(target, { max_tokens: 4097 })).toBe(true);
  expect(memory.hasRefused(target, { max_tokens: 4096 })).toBe(false);
  expect(memory.hasRefused(target, {})).toBe(false);
});

it('knows nothing of a refusal before the request has gone well without it', () => {
  const memory = new TranslationMemory();
  const asked = { temperature: 0.2 };
  const errorBody = JSON.stringify({ error: { code: 'unsupported_value', param: 'temperature', message: 'No.' } });
  expect(memory.lessonOf(target, { finding: { param: 'temperature' }, errorBody, asked, sent: asked })).toBeDefined();
  expect(memory.hasRefused(target, asked)).toBe(false);
  expect(memory.heal(target, request, asked)).toEqual({ body: asked, warnings: [] });
});

it.each([
  ['effort', { reasoning_effort: 'none' }],
  ['effort unsaid', {}],
  ['tools', { reasoning_effort: 'high', tools: [{}] }],
  ['stream', { reasoning_effort: 'high', stream: true }],
])('spares a refusal to requests of the same shape alone: other %s', (_what, shape) => {
  const memory = having({ temperature: 0.2, reasoning_effort: 'high' }, { param: 'temperature' });
  expect(memory.hasRefused(target, { temperature: 0.7, reasoning_effort: 'low' })).toBe(true);
  const body = { temperature: 0.7, ...shape };
  expect(memory.hasRefused(target, body)).toBe(false);
  expect(memory.heal(target, request, body)).toEqual({ body, warnings: [] });
});
