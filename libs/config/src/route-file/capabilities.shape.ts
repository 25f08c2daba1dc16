import type { ModelCapabilities } from '#wire';
import { choice, type Field, flag, integer, list, object, optional } from './shapes.js';

type Fields = { readonly [Name in keyof ModelCapabilities]-?: Field<ModelCapabilities[Name], 'optional'> };

const tokens = integer(1, 100_000_000);

/** What the operator knows better than the table of models; a member for every capability. */
const fields: Fields = {
  api: optional(choice('responses', 'chat'), 'The OpenAI API that the model is asked through.'),
  reasoning: optional(choice('none', 'optional', 'always'), 'Whether the model reasons.'),
  reasoningDefaultOn: optional(flag, 'It reasons when nothing is said of effort.'),
  efforts: optional(
    list(choice('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'), 0),
    'The efforts that it understands, ascending.',
  ),
  sampling: optional(choice('always', 'when-effort-none', 'never'), 'When temperature and top_p are accepted.'),
  topK: optional(flag, 'A compatible server takes top_k.'),
  systemRole: optional(choice('developer', 'system'), 'The role of system messages.'),
  midSystem: optional(choice('yes', 'wrap'), 'wrap: its chat template refuses a system message that is not first.'),
  maxTokensParam: optional(choice('max_completion_tokens', 'max_tokens'), 'How the output limit is named.'),
  maxOutput: optional(tokens, 'Tokens that one answer may have.'),
  contextWindow: optional(tokens, 'Tokens of question and answer together.'),
  minOutput: optional(
    tokens,
    'Tokens that are asked for at least; where a reasoning model spends a low limit of its client on thoughts alone.',
  ),
  imageInput: optional(flag, 'It reads images.'),
  imageUrls: optional(flag, 'It fetches images by URL; false refuses them, as the gateway fetches nothing.'),
  pdfInput: optional(flag, 'It reads PDF documents.'),
  parallelToolCallsParam: optional(flag, 'parallel_tool_calls is accepted.'),
  streamUsageOption: optional(flag, 'stream_options.include_usage is accepted.'),
  obfuscationOption: optional(flag, 'stream_options.include_obfuscation is accepted.'),
  jsonSchema: optional(flag, 'Answers can be held to a JSON schema.'),
  cacheBreakpoints: optional(flag, 'Prompt cache breakpoints are accepted.'),
  automaticCaching: optional(
    flag,
    'anthropic alone: conversations of OpenAI clients are cached behind system and last block, unless they say otherwise.',
  ),
  promptCacheKey: optional(flag, 'prompt_cache_key is accepted.'),
  safetyIdentifier: optional(flag, 'safety_identifier is accepted.'),
  serviceTier: optional(flag, 'service_tier is accepted.'),
  priorityTier: optional(
    flag,
    'speed: fast, and service_tier: priority of a translated request, may buy the priority tier.',
  ),
  webSearchTool: optional(flag, 'It has a web search of its own.'),
  onUnsupportedServerTool: optional(
    choice('refuse', 'drop'),
    'A tool that Anthropic would run and this API cannot: a 400 naming it, or left out with a warning.',
  ),
  reasoningField: optional(choice('reasoning_content', 'reasoning', 'none'), 'Where Chat answers carry reasoning.'),
  reasoningReplay: optional(choice('none', 'encrypted', 'reasoning_content'), 'How reasoning is given back to it.'),
};

export const capabilitiesShape = object(fields);
