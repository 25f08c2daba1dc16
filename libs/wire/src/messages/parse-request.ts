import type Anthropic from '@anthropic-ai/sdk';
import { type Fault, optional, optionalStrings, refuse, requiredString, shallow, within, wrong } from '../fault.js';
import { isObject, type JsonObject } from '../json-object.js';
import { checkContent } from './check-block.js';
import { checkTool } from './check-tool.js';
import type { MessagesRequest } from './messages.js';

/** A canonical request for a token count. */
export type CountTokensRequest = Anthropic.Beta.Messages.MessageCountTokensParams;

/** Anthropic's own limit. */
const maxMessages = 100_000;

const roles = new Set<unknown>(['user', 'assistant', 'system']);

/** Members whose type knows no null. Some clients send it for "not set", so it is read as that. */
const notNullable = [
  'system',
  'tools',
  'tool_choice',
  'stop_sequences',
  'temperature',
  'top_p',
  'top_k',
  'stream',
  'thinking',
  'metadata',
  'service_tier',
  'output_config',
] as const;

/**
 * A Messages request out of a client's parsed JSON, as the same object: unknown members stay. It is checked as far as
 * translators rely on it. Throws `GatewayError` `invalid_request` with `context.path`, in Anthropic's wording
 * (`max_tokens: Field required`).
 */
export function parseMessagesRequest(json: unknown): MessagesRequest {
  const body = checkedBody(json);
  const fault = checkMaxTokens(body.max_tokens);
  if (fault) throw refuse(fault);
  return body as unknown as MessagesRequest;
}

/** The same for `count_tokens`, whose body has no `max_tokens`. */
export function parseCountTokensRequest(json: unknown): CountTokensRequest {
  return checkedBody(json) as unknown as CountTokensRequest;
}

function checkedBody(json: unknown): JsonObject {
  if (!isObject(json)) throw refuse({ path: '', message: 'The request body should be a JSON object' });
  for (const key of notNullable) if (json[key] === null) json[key] = undefined;
  const fault =
    requiredString(json, 'model') ??
    checkMessages(json.messages) ??
    checkSystem(json.system) ??
    checkTools(json.tools) ??
    checkToolChoice(json.tool_choice) ??
    checkOptions(json);
  if (fault) throw refuse(fault);
  return json;
}

function checkMaxTokens(value: unknown): Fault | undefined {
  if (!Number.isInteger(value)) return wrong('max_tokens', value, 'a valid integer');
  // Zero is legal: it warms the prompt cache.
  if (Number(value) < 0) return { path: 'max_tokens', message: 'Input should be greater than or equal to 0' };
  return undefined;
}

function checkMessages(messages: unknown): Fault | undefined {
  if (!Array.isArray(messages)) return wrong('messages', messages, 'a valid array');
  if (messages.length === 0) return { path: 'messages', message: 'at least one message is required' };
  if (messages.length > maxMessages) {
    return { path: 'messages', message: `Array should have at most ${maxMessages} items` };
  }
  for (let index = 0; index < messages.length; index++) {
    const fault = checkMessage(messages[index]);
    if (fault) return within('messages', within(index, fault));
  }
  return undefined;
}

function checkMessage(message: unknown): Fault | undefined {
  if (!isObject(message)) return { path: '', message: 'Input should be an object' };
  const { role, content } = message;
  if (!roles.has(role)) return wrong('role', role, "'user', 'assistant' or 'system'");
  // A system message may hold nothing but a change of effort.
  if (content === undefined && role === 'system') return undefined;
  const fault = checkContent(content, true);
  return fault && within('content', fault);
}

function checkSystem(system: unknown): Fault | undefined {
  if (system === undefined || typeof system === 'string') return undefined;
  const fault = checkContent(system, true) ?? textOnly(system);
  return fault && within('system', fault);
}

function textOnly(blocks: unknown): Fault | undefined {
  const index = Array.isArray(blocks) ? blocks.findIndex((block) => block.type !== 'text') : -1;
  return index === -1 ? undefined : { path: `${index}.type`, message: "Input should be 'text'" };
}

function checkTools(tools: unknown): Fault | undefined {
  if (tools === undefined) return undefined;
  if (!Array.isArray(tools)) return { path: 'tools', message: 'Input should be a valid array' };
  for (let index = 0; index < tools.length; index++) {
    const fault = checkTool(tools[index]);
    if (fault) return within('tools', within(index, fault));
  }
  return undefined;
}

function checkToolChoice(choice: unknown): Fault | undefined {
  if (choice === undefined) return undefined;
  if (!isObject(choice)) return { path: 'tool_choice', message: 'Input should be an object' };
  const fault =
    requiredString(choice, 'type') ??
    (choice.type === 'tool' ? requiredString(choice, 'name') : undefined) ??
    optional(choice, 'disable_parallel_tool_use', 'boolean');
  return fault && within('tool_choice', fault);
}

function checkOptions(body: JsonObject): Fault | undefined {
  return (
    optionalStrings(body, 'stop_sequences') ??
    optional(body, 'temperature', 'number') ??
    optional(body, 'top_p', 'number') ??
    optional(body, 'top_k', 'number') ??
    optional(body, 'stream', 'boolean') ??
    optional(body, 'service_tier', 'string') ??
    optional(body, 'context_management', 'object') ??
    checkMetadata(body) ??
    checkThinking(body.thinking) ??
    checkOutputConfig(body) ??
    checkFormat(body, 'output_format')
  );
}

function checkMetadata(body: JsonObject): Fault | undefined {
  const fault = optional(body, 'metadata', 'object');
  if (fault || !isObject(body.metadata)) return fault;
  const inner = optional(body.metadata, 'user_id', 'string');
  return inner && within('metadata', inner);
}

function checkThinking(thinking: unknown): Fault | undefined {
  if (thinking === undefined) return undefined;
  if (!isObject(thinking)) return { path: 'thinking', message: 'Input should be an object' };
  const budget = thinking.budget_tokens;
  const fault =
    requiredString(thinking, 'type') ??
    optional(thinking, 'display', 'string') ??
    (thinking.type === 'enabled' && !Number.isInteger(budget)
      ? wrong('budget_tokens', budget, 'a valid integer')
      : undefined);
  return fault && within('thinking', fault);
}

function checkOutputConfig(body: JsonObject): Fault | undefined {
  const outer = optional(body, 'output_config', 'object');
  const config = body.output_config;
  if (outer || !isObject(config)) return outer;
  const fault = optional(config, 'effort', 'string') ?? checkFormat(config, 'format');
  return fault && within('output_config', fault);
}

/** The form of an answer: `output_config.format`, or `output_format` as it was called before. */
function checkFormat(owner: JsonObject, key: string): Fault | undefined {
  const outer = optional(owner, key, 'object');
  const format = owner[key];
  if (outer || !isObject(format)) return outer;
  const fault =
    requiredString(format, 'type') ??
    (format.type === 'json_schema' && !isObject(format.schema)
      ? wrong('schema', format.schema, 'an object')
      : shallow(format, 'schema'));
  return fault && within(key, fault);
}
