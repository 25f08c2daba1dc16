import { defaultCapabilities } from '../openai/capabilities.js';
import type { ModelCapabilities } from '../openai/upstream-model.js';
import { claudeModel } from './claude-model.js';

/** What Claude models can do, in the terms of all models; for routing and for lists of models; of a request only its caching depends on it. */
export function claudeCapabilities(name: string): ModelCapabilities {
  const { maxOutput, thinking, thinksByDefault, sampling, midSystem, xhighEffort } = claudeModel(name);
  const adaptive = thinking === 'adaptive';
  return {
    ...defaultCapabilities,
    reasoning: thinking === 'none' ? 'none' : 'optional',
    reasoningDefaultOn: thinksByDefault,
    efforts: adaptive ? ['low', 'medium', 'high', ...(xhighEffort ? (['xhigh'] as const) : []), 'max'] : [],
    sampling: sampling ? 'always' : 'never',
    topK: sampling,
    midSystem: midSystem ? 'yes' : 'wrap',
    maxOutput: maxOutput ?? 128_000,
    contextWindow: adaptive ? 1_000_000 : 200_000,
    imageInput: true,
    pdfInput: true,
    jsonSchema: adaptive || thinking === 'budget',
    cacheBreakpoints: true,
    automaticCaching: true,
    serviceTier: true,
    webSearchTool: true,
  };
}
