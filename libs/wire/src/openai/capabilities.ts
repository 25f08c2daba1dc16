import type { Effort, ModelCapabilities } from './upstream-model.js';

/** An OpenAI-compatible server of which nothing is known: the older, wider understood forms of everything. */
export const defaultCapabilities: ModelCapabilities = {
  api: 'chat',
  reasoning: 'none',
  reasoningDefaultOn: false,
  efforts: [],
  sampling: 'always',
  topK: false,
  systemRole: 'system',
  // Qwen's and Mistral's chat templates raise on a system message that is not first, and Claude Code always sends one.
  midSystem: 'wrap',
  maxTokensParam: 'max_tokens',
  maxOutput: 65_536,
  contextWindow: 131_072,
  minOutput: 1,
  imageInput: true,
  imageUrls: true,
  pdfInput: false,
  parallelToolCallsParam: true,
  streamUsageOption: true,
  obfuscationOption: false,
  jsonSchema: true,
  cacheBreakpoints: false,
  automaticCaching: false,
  promptCacheKey: false,
  safetyIdentifier: false,
  serviceTier: false,
  priorityTier: false,
  webSearchTool: false,
  onUnsupportedServerTool: 'refuse',
  reasoningField: 'none',
  reasoningReplay: 'none',
};

/** OpenAI's own models without reasoning. */
const plainOpenai: ModelCapabilities = {
  ...defaultCapabilities,
  midSystem: 'yes',
  maxTokensParam: 'max_completion_tokens',
  maxOutput: 16_384,
  contextWindow: 128_000,
  pdfInput: true,
  obfuscationOption: true,
  promptCacheKey: true,
  safetyIdentifier: true,
  serviceTier: true,
};

/** OpenAI's own reasoning models, which refuse tools with reasoning on Chat Completions from GPT-5.4 on. */
const reasoningOpenai: ModelCapabilities = {
  ...plainOpenai,
  api: 'responses',
  reasoning: 'always',
  reasoningDefaultOn: true,
  efforts: ['minimal', 'low', 'medium', 'high'],
  sampling: 'never',
  systemRole: 'developer',
  maxOutput: 128_000,
  contextWindow: 400_000,
  webSearchTool: true,
  reasoningReplay: 'encrypted',
};

const upToHigh: readonly Effort[] = ['low', 'medium', 'high'];
const upToXhigh: readonly Effort[] = ['low', 'medium', 'high', 'xhigh'];

const optional: Partial<ModelCapabilities> = {
  reasoning: 'optional',
  sampling: 'when-effort-none',
  efforts: ['none', ...upToXhigh],
};
const large: Partial<ModelCapabilities> = { contextWindow: 1_050_000 };
const latest: ModelCapabilities = {
  ...reasoningOpenai,
  ...optional,
  ...large,
  efforts: ['none', ...upToXhigh, 'max'],
  cacheBreakpoints: true,
};
const early: ModelCapabilities = {
  ...plainOpenai,
  maxOutput: 4096,
  contextWindow: 16_385,
  imageInput: false,
  pdfInput: false,
  jsonSchema: false,
};
const oSeries: ModelCapabilities = {
  ...reasoningOpenai,
  efforts: upToHigh,
  parallelToolCallsParam: false,
  maxOutput: 100_000,
  contextWindow: 200_000,
};
const pro: Partial<ModelCapabilities> = {
  reasoning: 'always',
  sampling: 'never',
  efforts: ['medium', 'high', 'xhigh'],
};

/**
 * Name prefix → row; the longest prefix that fits wins. Which family accepts `none` and which reasons unasked was measured
 * against the live API by pydantic-ai in July 2026; what still differs is learnt from the upstream's own 400.
 */
const rows: Readonly<Record<string, ModelCapabilities>> = {
  'gpt-6': latest,
  'gpt-5.6': latest,
  'gpt-5.6-pro': { ...latest, ...pro },
  'gpt-5.5': { ...latest, efforts: ['none', ...upToXhigh], cacheBreakpoints: false },
  'gpt-5.5-pro': { ...reasoningOpenai, ...large, ...pro },
  'gpt-5.4': { ...reasoningOpenai, ...optional, ...large, reasoningDefaultOn: false },
  'gpt-5.4-mini': { ...reasoningOpenai, ...optional, reasoningDefaultOn: false },
  'gpt-5.4-nano': { ...reasoningOpenai, ...optional, reasoningDefaultOn: false },
  'gpt-5.4-pro': { ...reasoningOpenai, ...large, ...pro },
  'gpt-5.3': { ...reasoningOpenai, ...optional, reasoningDefaultOn: false },
  'gpt-5.3-codex': { ...reasoningOpenai, efforts: upToXhigh },
  'gpt-5.3-chat': { ...reasoningOpenai, efforts: ['medium'], maxOutput: 16_384, contextWindow: 128_000 },
  'gpt-5.2': { ...reasoningOpenai, ...optional, reasoningDefaultOn: false },
  'gpt-5.2-codex': { ...reasoningOpenai, efforts: upToXhigh },
  'gpt-5.2-chat': { ...reasoningOpenai, efforts: ['medium'], maxOutput: 16_384, contextWindow: 128_000 },
  'gpt-5.2-pro': { ...reasoningOpenai, ...pro },
  'gpt-5.1': { ...reasoningOpenai, ...optional, efforts: ['none', ...upToHigh], reasoningDefaultOn: false },
  'gpt-5.1-codex': { ...reasoningOpenai, efforts: upToHigh },
  'gpt-5.1-codex-max': { ...reasoningOpenai, efforts: upToXhigh },
  'gpt-5.1-chat': { ...reasoningOpenai, efforts: ['medium'], maxOutput: 16_384, contextWindow: 128_000 },
  'gpt-5': reasoningOpenai,
  'gpt-5-chat': plainOpenai,
  'gpt-5-codex': { ...reasoningOpenai, efforts: upToHigh },
  'gpt-5-pro': { ...reasoningOpenai, efforts: ['high'], maxOutput: 272_000 },
  o1: oSeries,
  o3: oSeries,
  'o4-mini': oSeries,
  'gpt-4.1': { ...plainOpenai, maxOutput: 32_768, contextWindow: 1_047_576 },
  'gpt-4o': plainOpenai,
  'chatgpt-4o': plainOpenai,
  'gpt-4-turbo': { ...plainOpenai, maxOutput: 4096, pdfInput: false, jsonSchema: false },
  'gpt-4': { ...early, contextWindow: 8192 },
  'gpt-3.5': early,
  // Azure writes the version without its point.
  'gpt-35': early,
  'gpt-oss': {
    ...defaultCapabilities,
    reasoning: 'always',
    reasoningDefaultOn: true,
    efforts: upToHigh,
    imageInput: false,
    reasoningField: 'reasoning',
  },
  deepseek: {
    ...defaultCapabilities,
    midSystem: 'yes',
    imageInput: false,
    jsonSchema: false,
    parallelToolCallsParam: false,
    reasoningField: 'reasoning_content',
    // In a turn with tool calls its reasoner answers 400 unless the reasoning comes back.
    reasoningReplay: 'reasoning_content',
  },
  kimi: {
    ...defaultCapabilities,
    midSystem: 'yes',
    contextWindow: 262_144,
    reasoningField: 'reasoning_content',
    reasoningReplay: 'reasoning_content',
  },
  glm: { ...defaultCapabilities, reasoningField: 'reasoning_content' },
  qwen: { ...defaultCapabilities, reasoningField: 'reasoning_content' },
  grok: {
    ...defaultCapabilities,
    midSystem: 'yes',
    maxTokensParam: 'max_completion_tokens',
    reasoningField: 'reasoning_content',
  },
};

const prefixes = Object.keys(rows).toSorted((a, b) => b.length - a.length);

/** The row of a model's name (a base model, not an Azure deployment); {@link defaultCapabilities} when none fits. */
export function capabilitiesFor(model: string): ModelCapabilities {
  const name = model.toLowerCase();
  const prefix = prefixes.find((candidate) => name.startsWith(candidate));
  return (prefix === undefined ? undefined : rows[prefix]) ?? defaultCapabilities;
}
