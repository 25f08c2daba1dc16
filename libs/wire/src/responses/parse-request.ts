import { refuse, refuseOtherKinds, shallow } from '../fault.js';
import { isObject, type JsonObject } from '../json-object.js';
import { inboundWarning } from '../inbound/compatibility.js';
import { chosenTools, toolMembers } from '../inbound/chosen-tools.js';
import { Conversation } from '../inbound/conversation.js';
import { ofDefaultEffort } from '../inbound/default-effort.js';
import { type DroppedField, droppedFields, noteDropped } from '../inbound/dropped-fields.js';
import {
  answerFormat,
  modelName,
  numberMember,
  outputLimit,
  reasoningMembers,
  serviceTier,
  userMember,
} from '../inbound/options.js';
import { promptCacheFields, withPromptCache } from '../inbound/prompt-cache.js';
import type { MessagesRequest } from '../messages/messages.js';
import type { InboundTranslation } from '../translation.js';
import type { Warning } from '../warning.js';
import { DeclaredTools, type NamespacedName } from './declared-tools.js';
import { parseInput } from './parse-input.js';

/** What a Responses answer repeats from its request. */
export interface ResponsesEcho {
  readonly model: string;
  /** The client's own settings, which every response object repeats. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly customTools: readonly string[];
  /** Flat tool name → the namespace and name that the client declared. */
  readonly namespaced: Readonly<Record<string, NamespacedName>>;
}

const handled = new Set<string>([
  ...promptCacheFields,
  'model',
  'input',
  'instructions',
  'max_output_tokens',
  'temperature',
  'top_p',
  'stream',
  'stream_options',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'text',
  'reasoning',
  'service_tier',
  'user',
  'safety_identifier',
  'include',
  'metadata',
  'client_metadata',
  'previous_response_id',
  'conversation',
  'prompt',
  'background',
]);

const dropped: Readonly<Record<string, DroppedField>> = {
  store: { warning: 'store_dropped', default: false },
  truncation: { warning: 'truncation_dropped', default: 'disabled' },
  top_logprobs: { warning: 'logprobs_dropped', default: 0 },
  max_tool_calls: { warning: 'max_tool_calls_dropped' },
  moderation: { warning: 'moderation_dropped' },
};

/** These point at something that would have to be stored, and dropping one would change what is asked. */
const needStore = ['previous_response_id', 'conversation', 'prompt'] as const;

/**
 * A Responses request as a canonical one. Throws `GatewayError` `invalid_request` with the client's own path where the body is
 * malformed, or where leaving something out would change what the answer means.
 */
export function parseResponsesRequest(json: unknown): InboundTranslation<ResponsesEcho> {
  if (!isObject(json)) throw refuse({ path: '', message: 'The request body should be a JSON object' });
  refuseStored(json);
  refuseWrongTypes(json);
  const model = modelName(json);
  const warnings = droppedFields(json, handled, dropped);
  const tools = new DeclaredTools(warnings);
  tools.addAll(json.tools, 'tools');
  const conversation = new Conversation(warnings);
  if (typeof json.instructions === 'string' && json.instructions !== '') {
    conversation.addSystem([{ type: 'text', text: json.instructions }]);
  }
  parseInput(json.input, conversation, tools, warnings);
  const text = isObject(json.text) ? json.text : {};
  const { format, instruction } = answerFormat(text.format, 'text.format', warnings);
  warnAboutDetails(json, text, warnings);
  const { thinking, effort } = reasoningOf(json.reasoning, warnings);
  const { messages, system } = conversation.finish(instruction, 'input');
  const request: MessagesRequest = {
    model,
    max_tokens: outputLimit(json, ['max_output_tokens']),
    messages,
    ...(system && { system }),
    ...(typeof json.stream === 'boolean' && { stream: json.stream }),
    ...numberMember(json, 'temperature', 2),
    ...numberMember(json, 'top_p', 1),
    ...(thinking && { thinking }),
    ...((effort ?? format) && { output_config: { ...(effort && { effort }), ...(format && { format }) } }),
    ...toolMembers(chosenTools(json.tool_choice, tools, 'tool_choice', warnings), json.parallel_tool_calls),
    ...serviceTier(json.service_tier, warnings),
    ...userMember(json, warnings),
  };
  const { customTools, namespaced } = tools;
  const echo = { model, settings: settings(json, request), customTools, namespaced };
  return { request: withPromptCache(request, json), warnings, echo };
}

function refuseWrongTypes(json: JsonObject): void {
  refuseOtherKinds(json, {
    instructions: 'string',
    reasoning: 'object',
    text: 'object',
    stream: 'boolean',
    stream_options: 'object',
    parallel_tool_calls: 'boolean',
    user: 'string',
    safety_identifier: 'string',
    include: 'strings',
  });
  const { reasoning, text } = json;
  if (isObject(reasoning)) {
    refuseOtherKinds(reasoning, { summary: 'string', generate_summary: 'string' }, 'reasoning');
  }
  if (isObject(text)) refuseOtherKinds(text, { verbosity: 'string' }, 'text');
}

function refuseStored(json: JsonObject): void {
  for (const field of needStore) {
    if (json[field] === undefined || json[field] === null) continue;
    throw refuse({ path: field, message: 'Answers are not stored here; send the whole conversation as input' });
  }
  if (json.background === true) throw refuse({ path: 'background', message: 'Background answers are not supported' });
}

function reasoningOf(reasoning: unknown, warnings: Warning[]): ReturnType<typeof reasoningMembers> {
  if (!isObject(reasoning)) return {};
  const summary = reasoning.summary ?? reasoning.generate_summary;
  const display = typeof summary === 'string' ? 'summarized' : 'omitted';
  if (summary === 'concise' || summary === 'detailed') {
    warnings.push(inboundWarning('summary_style_dropped', 'reasoning.summary'));
  }
  const members = reasoningMembers(reasoning.effort, display, 'reasoning.effort');
  // A summary is asked for only by who wants reasoning, but how much of it is not said.
  if (members.thinking || display === 'omitted') return members;
  return { thinking: ofDefaultEffort({ type: 'adaptive', display }) };
}

const handledMembers: Readonly<Record<string, ReadonlySet<string>>> = {
  reasoning: new Set(['effort', 'summary', 'generate_summary']),
  text: new Set(['format', 'verbosity']),
  stream_options: new Set(['include_obfuscation']),
};

function warnAboutDetails(json: JsonObject, text: JsonObject, warnings: Warning[]): void {
  for (const [owner, members] of Object.entries(handledMembers)) {
    const value = json[owner];
    if (!isObject(value)) continue;
    noteDropped(value, members, owner, warnings);
  }
  if (typeof text.verbosity === 'string' && text.verbosity !== 'medium') {
    warnings.push(inboundWarning('verbosity_dropped', 'text.verbosity'));
  }
  const include: unknown[] = Array.isArray(json.include) ? json.include : [];
  for (const [index, item] of include.entries()) {
    if (item !== 'reasoning.encrypted_content') warnings.push(inboundWarning('include_dropped', `include.${index}`));
  }
}

/** The members that OpenAI's response object repeats, with OpenAI's defaults. Throws where one nests too deep to be written again. */
function settings(json: JsonObject, request: MessagesRequest): Record<string, unknown> {
  const reasoning = isObject(json.reasoning) ? json.reasoning : {};
  const repeated = {
    background: false,
    instructions: json.instructions ?? null,
    max_output_tokens: json.max_output_tokens ?? null,
    max_tool_calls: json.max_tool_calls ?? null,
    metadata: json.metadata ?? {},
    parallel_tool_calls: json.parallel_tool_calls ?? true,
    previous_response_id: null,
    prompt_cache_key: json.prompt_cache_key ?? null,
    reasoning: { effort: reasoning.effort ?? null, summary: reasoning.summary ?? null },
    safety_identifier: json.safety_identifier ?? null,
    // What is asked for, until the answer tells which it was.
    service_tier: request.service_tier === 'standard_only' ? 'default' : 'auto',
    store: false,
    temperature: json.temperature ?? 1,
    text: json.text ?? { format: { type: 'text' } },
    tool_choice: json.tool_choice ?? 'auto',
    tools: json.tools ?? [],
    top_logprobs: 0,
    top_p: json.top_p ?? 1,
    truncation: 'disabled',
    user: json.user ?? null,
  };
  for (const key of Object.keys(repeated)) {
    const fault = shallow(repeated, key);
    if (fault) throw refuse(fault);
  }
  return repeated;
}
