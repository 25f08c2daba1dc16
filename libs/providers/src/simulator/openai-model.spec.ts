import { describe, expect, it } from '@jest/globals';
import { capabilitiesFor } from '#wire';
import { knownModels } from '../adapters/openai/known-models.js';
import { isReasoning, openaiModel } from './openai-model.js';

const older = [
  'gpt-5-pro',
  'gpt-5-chat-latest',
  'gpt-5.2-chat-latest',
  'gpt-5.1-codex',
  'gpt-4-turbo',
  'gpt-3.5-turbo',
];

describe.each([...knownModels, ...older])('the simulated %s', (name) => {
  it('takes what the gateway’s table of models lets a request ask for', () => {
    const { maxOutput, efforts, reasoningDefaultOn } = capabilitiesFor(name);
    const simulated = openaiModel(name);

    expect(simulated.mostOutputTokens).toBeGreaterThanOrEqual(maxOutput);
    expect(simulated.efforts).toEqual(expect.arrayContaining([...efforts]));
    expect(isReasoning(simulated, undefined)).toBe(reasoningDefaultOn);
  });
});

it('the simulated gpt-4.1 writes 32,768 tokens, and gpt-4o half of that', () => {
  expect(openaiModel('gpt-4.1-mini').mostOutputTokens).toBe(32_768);
  expect(openaiModel('gpt-4o').mostOutputTokens).toBe(16_384);
});
