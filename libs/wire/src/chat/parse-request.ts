import { refuse, refuseOtherKinds } from '../fault.js';
import { isObject, type JsonObject } from '../json-object.js';
import { type ChosenTools, chosenTools, toolMembers } from '../inbound/chosen-tools.js';
import { noted } from '../inbound/client-path.js';
import { Conversation } from '../inbound/conversation.js';
import { dispensable } from '../inbound/dispensable.js';
import { type DroppedField, droppedFields, noteDropped } from '../inbound/dropped-fields.js';
import {
  answerFormat,
  cacheMember,
  modelName,
  numberMember,
  outputLimit,
  reasoningMembers,
  serviceTier,
  stopMember,
  userMember,
} from '../inbound/options.js';
import { promptCacheFields, withPromptCache } from '../inbound/prompt-cache.js';
import { asksForUsage } from '../inbound/stream-options.js';
import { customTool, functionTool, webSearchTool } from '../inbound/tools.js';
import type { MessagesRequest, ToolUnion } from '../messages/messages.js';
import type { InboundTranslation } from '../translation.js';
import type { Warning } from '../warning.js';
import { parseChatMessages } from './parse-messages.js';

/** What a Chat answer repeats from its request. */
export interface ChatEcho {
  readonly model: string;
  /** A last chunk with usage was asked for. */
  readonly includeUsage: boolean;
  /** Tools that were declared as `custom`, whose calls are answered in that form. */
  readonly customTools: readonly string[];
  /** The tools were declared as `functions` alone, so that a call is answered as `function_call`, which holds one. */
  readonly legacyFunctions: boolean;
}

const handled = new Set<string>([
  ...promptCacheFields,
  'model',
  'messages',
  'max_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'top_k',
  'stop',
  'stream',
  'stream_options',
  'tools',
  'functions',
  'tool_choice',
  'function_call',
  'parallel_tool_calls',
  'response_format',
  'reasoning_effort',
  'service_tier',
  'user',
  'safety_identifier',
  'web_search_options',
  'n',
  'audio',
  'modalities',
]);

const dropped: Readonly<Record<string, DroppedField>> = {
  logprobs: { warning: 'logprobs_dropped', default: false },
  top_logprobs: { warning: 'logprobs_dropped', default: 0 },
  logit_bias: { warning: 'logit_bias_dropped' },
  seed: { warning: 'seed_dropped' },
  presence_penalty: { warning: 'penalty_dropped', default: 0 },
  frequency_penalty: { warning: 'penalty_dropped', default: 0 },
  prediction: { warning: 'prediction_dropped' },
  verbosity: { warning: 'verbosity_dropped', default: 'medium' },
  store: { warning: 'store_dropped', default: false },
  metadata: { warning: 'metadata_dropped' },
  moderation: { warning: 'moderation_dropped' },
};

/**
 * A Chat Completions request as a canonical one. Throws `GatewayError` `invalid_request` with the client's own path where the
 * body is malformed, or where leaving something out would change what the answer means.
 */
export function parseChatRequest(json: unknown): InboundTranslation<ChatEcho> {
  if (!isObject(json)) throw refuse({ path: '', message: 'The request body should be a JSON object' });
  refuseWrongTypes(json);
  refuseImpossible(json);
  const model = modelName(json);
  const warnings = droppedFields(json, handled, dropped);
  const conversation = new Conversation(warnings);
  parseChatMessages(json.messages, conversation, warnings);
  const { format, instruction } = answerFormat(json.response_format, 'response_format', warnings);
  const { thinking, effort } = reasoningMembers(json.reasoning_effort, 'summarized', 'reasoning_effort');
  const { tools, customTools, legacyFunctions } = declaredTools(json, warnings);
  const choice = json.tool_choice ?? legacyChoice(json.function_call);
  const choicePath = json.tool_choice == null ? 'function_call' : 'tool_choice';
  const request: MessagesRequest = {
    model,
    max_tokens: outputLimit(json, ['max_completion_tokens', 'max_tokens']),
    ...conversation.finish(instruction, 'messages'),
    ...(typeof json.stream === 'boolean' && { stream: json.stream }),
    ...stopMember(json.stop),
    ...numberMember(json, 'temperature', 2),
    ...numberMember(json, 'top_p', 1),
    ...numberMember(json, 'top_k', Number.MAX_SAFE_INTEGER),
    ...(thinking && { thinking }),
    ...((effort ?? format) && { output_config: { ...(effort && { effort }), ...(format && { format }) } }),
    ...(legacyFunctions ? oneCall : toolMembers)(
      chosenTools(choice, { tools }, choicePath, warnings),
      json.parallel_tool_calls,
    ),
    ...serviceTier(json.service_tier, warnings),
    ...userMember(json, warnings),
  };
  return {
    request: withPromptCache(request, json),
    warnings,
    echo: { model, includeUsage: asksForUsage(json, warnings), customTools, legacyFunctions },
  };
}

function refuseWrongTypes(json: JsonObject): void {
  refuseOtherKinds(json, {
    n: 'number',
    stream: 'boolean',
    stream_options: 'object',
    parallel_tool_calls: 'boolean',
    user: 'string',
    safety_identifier: 'string',
    web_search_options: 'object',
    audio: 'object',
    modalities: 'strings',
  });
}

function refuseImpossible(json: JsonObject): void {
  if (typeof json.n === 'number' && json.n > 1) throw refuse({ path: 'n', message: 'Only one choice is supported' });
  const modalities: unknown[] = Array.isArray(json.modalities) ? json.modalities : [];
  if (isObject(json.audio) || modalities.includes('audio')) {
    const path = modalities.includes('audio') ? 'modalities' : 'audio';
    throw refuse({ path, message: 'Audio output is not supported' });
  }
  if (modalities.some((modality) => modality !== 'text')) {
    throw refuse({ path: 'modalities', message: 'Only text output is supported' });
  }
}

const handledOfTool: ReadonlySet<string> = new Set([
  'type',
  'function',
  'custom',
  'cache_control',
  'prompt_cache_breakpoint',
]);

interface DeclaredTools {
  readonly tools: readonly ToolUnion[];
  readonly customTools: readonly string[];
  readonly legacyFunctions: boolean;
}

function declaredTools(json: JsonObject, warnings: Warning[]): DeclaredTools {
  const tools: ToolUnion[] = [];
  const customTools: string[] = [];
  for (const [index, tool] of list(json, 'tools').entries()) {
    const path = `tools.${index}`;
    noteDropped(tool, handledOfTool, path, warnings);
    if (tool.type === 'custom' && isObject(tool.custom)) {
      const custom = customTool(tool.custom, `${path}.custom`, warnings);
      customTools.push(custom.name);
      tools.push(noted({ ...custom, ...cacheMember(tool) }, `${path}.custom`));
    } else if (isObject(tool.function)) {
      const declared = functionTool(tool.function, `${path}.function`, warnings);
      tools.push(noted({ ...declared, ...cacheMember(tool) }, `${path}.function`));
    } else {
      throw refuse({ path: `${path}.type`, message: "Input should be 'function' or 'custom'" });
    }
  }
  const functions = list(json, 'functions');
  const legacyFunctions = functions.length > 0 && tools.length === 0;
  for (const [index, definition] of functions.entries()) {
    const path = `functions.${index}`;
    tools.push(noted(functionTool(definition, path, warnings), path));
  }
  if (isObject(json.web_search_options)) {
    const path = 'web_search_options';
    tools.push(noted(webSearchTool(json.web_search_options, path, warnings), path));
  }
  return { tools, customTools, legacyFunctions };
}

function list(json: JsonObject, key: string): JsonObject[] {
  const value = json[key] ?? [];
  if (!Array.isArray(value)) throw refuse({ path: key, message: 'Input should be a valid array' });
  return value.map((item, index): JsonObject => {
    if (!isObject(item)) throw refuse({ path: `${key}.${index}`, message: 'Input should be an object' });
    return item;
  });
}

/** {@link toolMembers} for an answer that holds one call: no parallel ones, without a word where a model cannot be told so. */
function oneCall(chosen: ChosenTools, parallel: unknown): ReturnType<typeof toolMembers> {
  const { tools, tool_choice: choice } = toolMembers(chosen, false);
  if (choice === undefined) return {};
  return { tools, tool_choice: parallel === false ? choice : dispensable(choice) };
}

/** The old `function_call: {name}` in today's form. */
function legacyChoice(choice: unknown): unknown {
  return isObject(choice) ? { type: 'function', function: choice } : choice;
}
