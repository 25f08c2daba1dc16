import { refuse, refuseOtherKinds, tooDeep } from '../fault.js';
import { isObject, type JsonObject } from '../json-object.js';
import type { MessagesRequest } from '../messages/messages.js';
import type { Warning } from '../warning.js';
import { inboundWarning } from './compatibility.js';
import { noteDropped } from './dropped-fields.js';
import { ofLooseSchema } from './loose-schema.js';
import { ofMinimalEffort } from './minimal-effort.js';
import { noOutputLimit } from './output-limit.js';
import { ofPriorityTier } from './priority-tier.js';

type OutputConfig = NonNullable<MessagesRequest['output_config']>;
type Effort = NonNullable<OutputConfig['effort']>;

const efforts: Readonly<Record<string, Effort>> = {
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'xhigh',
  max: 'max',
};

/** `thinking` and `output_config.effort` for OpenAI's effort; nothing where the client says nothing. */
export function reasoningMembers(
  effort: unknown,
  display: 'summarized' | 'omitted',
  path: string,
): { thinking?: MessagesRequest['thinking']; effort?: Effort } {
  if (effort === undefined || effort === null) return {};
  if (effort === 'none') return { thinking: { type: 'disabled' } };
  const known = typeof effort === 'string' && Object.hasOwn(efforts, effort) ? efforts[effort] : undefined;
  if (known === undefined) {
    throw refuse({ path, message: "Input should be 'none', 'minimal', 'low', 'medium', 'high', 'xhigh' or 'max'" });
  }
  const thinking = { type: 'adaptive', display } as const;
  return { thinking: effort === 'minimal' ? ofMinimalEffort(thinking) : thinking, effort: known };
}

/** The schema's name tells the model nothing; Anthropic has none. */
const handledOfFormat: ReadonlySet<string> = new Set([
  'type',
  'json_schema',
  'name',
  'description',
  'schema',
  'strict',
]);

export interface AnswerFormat {
  readonly format?: NonNullable<OutputConfig['format']>;
  /** What has to be said in `system` instead. */
  readonly instruction?: string;
}

/** Chat's `response_format`, or Responses' `text.format`, which holds the members of `json_schema` itself. */
export function answerFormat(format: unknown, path: string, warnings: Warning[]): AnswerFormat {
  if (format === undefined || format === null) return {};
  if (!isObject(format)) throw refuse({ path, message: 'Input should be an object' });
  if (format.type === 'text') return {};
  if (format.type === 'json_object') {
    warnings.push(inboundWarning('json_object_emulated', path));
    return { instruction: 'Answer with one valid JSON object and nothing else.' };
  }
  if (format.type !== 'json_schema') {
    throw refuse({ path: `${path}.type`, message: "Input should be 'text', 'json_object' or 'json_schema'" });
  }
  const nested = isObject(format.json_schema);
  const definition: JsonObject = isObject(format.json_schema) ? format.json_schema : format;
  const definitionPath = nested ? `${path}.json_schema` : path;
  const { schema, description, strict } = definition;
  if (!isObject(schema)) throw refuse({ path: `${definitionPath}.schema`, message: 'Input should be an object' });
  if (tooDeep(schema)) throw refuse({ path: `${definitionPath}.schema`, message: 'Input is nested too deeply' });
  refuseOtherKinds(definition, { description: 'string', strict: 'boolean' }, definitionPath);
  if (nested) noteDropped(format, handledOfFormat, path, warnings);
  noteDropped(definition, handledOfFormat, definitionPath, warnings);
  const described = { type: 'json_schema' as const, schema: describedSchema(schema, description) };
  return { format: strict === false ? ofLooseSchema(described) : described };
}

/** What the answer is for, which the model reads, in the one place that every upstream has for it. */
function describedSchema(schema: JsonObject, description: unknown): JsonObject {
  if (typeof description !== 'string' || description === '') return schema;
  const own = typeof schema.description === 'string' ? `\n\n${schema.description}` : '';
  return { ...schema, description: description + own };
}

/** `service_tier` of a canonical request. */
export function serviceTier(tier: unknown, warnings: Warning[]): { service_tier?: 'auto' | 'standard_only' } {
  switch (tier) {
    case undefined:
    case null:
      return {};
    case 'auto':
      return { service_tier: 'auto' };
    case 'priority':
    case 'fast':
      return ofPriorityTier({ service_tier: 'auto' });
    case 'default':
      return { service_tier: 'standard_only' };
    default:
      warnings.push(inboundWarning('service_tier_dropped', 'service_tier'));
      return {};
  }
}

/** The first of these limits that is set. */
export function outputLimit(body: JsonObject, fields: readonly string[]): number {
  for (const field of fields) {
    const value = body[field];
    if (value === undefined || value === null) continue;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) {
      throw refuse({ path: field, message: 'Input should be a non-negative integer' });
    }
    return value;
  }
  return noOutputLimit;
}

export function modelName(body: JsonObject): string {
  if (typeof body.model !== 'string' || body.model === '') throw refuse({ path: 'model', message: 'Field required' });
  return body.model;
}

/** A number between two bounds, or nothing. */
export function numberMember<Key extends string>(
  body: JsonObject,
  key: Key,
  most: number,
): Partial<Record<Key, number>> {
  const value = body[key];
  if (value === undefined || value === null) return {};
  if (typeof value !== 'number' || value < 0 || value > most) {
    throw refuse({ path: key, message: `Input should be a number between 0 and ${most}` });
  }
  return { [key]: value } as Partial<Record<Key, number>>;
}

/** `stop`, a string or several. */
export function stopMember(stop: unknown): { stop_sequences?: string[] } {
  const list: unknown[] = typeof stop === 'string' ? [stop] : Array.isArray(stop) ? stop : [];
  if (stop !== undefined && stop !== null && typeof stop !== 'string' && !Array.isArray(stop)) {
    throw refuse({ path: 'stop', message: 'Input should be a valid string or array' });
  }
  const sequences = list.map((item, index) => {
    if (typeof item !== 'string') throw refuse({ path: `stop.${index}`, message: 'Input should be a valid string' });
    return item;
  });
  const spoken = sequences.filter((sequence) => sequence !== '');
  return spoken.length === 0 ? {} : { stop_sequences: spoken };
}

/** `metadata.user_id` of whichever identifier the client gives. */
export function userMember(body: JsonObject, warnings: Warning[]): { metadata?: { user_id: string } } {
  const user = body.safety_identifier ?? body.user;
  if (body.user != null && body.user !== user) warnings.push(inboundWarning('user_dropped', 'user'));
  return typeof user === 'string' && user !== '' ? { metadata: { user_id: user } } : {};
}

/** `cache_control` for OpenAI's breakpoint, or for Anthropic's own, which clients of OpenRouter and LiteLLM put into OpenAI's words. */
export function cacheMember(part: JsonObject): { cache_control?: { type: 'ephemeral'; ttl?: '1h' } } {
  const { cache_control: own } = part;
  if (isObject(own) && own.type === 'ephemeral') {
    return { cache_control: { type: 'ephemeral', ...(own.ttl === '1h' && { ttl: own.ttl }) } };
  }
  if (!isObject(part.prompt_cache_breakpoint)) return {};
  const lasting = typeof part.prompt_cache_breakpoint.ttl === 'string';
  return { cache_control: { type: 'ephemeral', ...(lasting && { ttl: '1h' as const }) } };
}
