import type Anthropic from '@anthropic-ai/sdk';
import { append } from '../append.js';
import { refuse, refuseOtherKinds, tooDeep } from '../fault.js';
import { isObject, type JsonObject } from '../json-object.js';
import type { ToolUnion } from '../messages/messages.js';
import type { Warning } from '../warning.js';
import { inboundWarning } from './compatibility.js';
import { type DroppedField, noteDropped } from './dropped-fields.js';
import { cacheMember } from './options.js';

type Tool = Anthropic.Beta.Messages.BetaTool;

/** Members without a counterpart; `default` says nothing. */
const dropped: Readonly<Record<string, DroppedField>> = {
  async: { warning: 'tool_member_dropped', default: false },
  defer_loading: { warning: 'tool_member_dropped', default: false },
  output_schema: { warning: 'tool_member_dropped' },
};
const always = ['type', 'name', 'description', 'allowed_callers', 'cache_control', 'prompt_cache_breakpoint'];
const handledOfFunction: ReadonlySet<string> = new Set([...always, 'parameters', 'strict']);
const handledOfCustom: ReadonlySet<string> = new Set([...always, 'format']);
const searchMembers = ['type', 'search_context_size', 'user_location', 'filters', 'external_web_access'];
const handledOfSearch: ReadonlySet<string> = new Set(searchMembers);
const handledOfFilters: ReadonlySet<string> = new Set(['allowed_domains']);
const kindsOfPlace = { city: 'string', country: 'string', region: 'string', timezone: 'string' } as const;
const placeMembers = Object.keys(kindsOfPlace);
const handledOfPlace: ReadonlySet<string> = new Set(['type', ...placeMembers]);
const handledOfNest: ReadonlySet<string> = new Set(['type', 'approximate']);

/** A function as Chat and Responses both describe it. */
export function functionTool(definition: JsonObject, path: string, warnings: Warning[]): Tool {
  const { name, description, parameters, strict } = definition;
  if (typeof name !== 'string' || name === '') throw refuse({ path: `${path}.name`, message: 'Field required' });
  refuseOtherKinds(definition, { description: 'string', strict: 'boolean', allowed_callers: 'strings' }, path);
  noteDropped(definition, handledOfFunction, path, warnings, dropped);
  append(warnings, droppedCallers(definition, path));
  return {
    name,
    ...(typeof description === 'string' && description !== '' && { description }),
    input_schema: inputSchema(parameters, `${path}.parameters`),
    ...(strict === true && { strict: true }),
    ...cacheMember(definition),
  };
}

/** Whether the model itself may call the tool, and not only programs that it writes. */
export function isCalledDirectly({ allowed_callers: callers }: JsonObject): boolean {
  return !Array.isArray(callers) || callers.includes('direct');
}

function droppedCallers({ allowed_callers: callers }: JsonObject, path: string): Warning[] {
  const others = Array.isArray(callers) && callers.some((caller) => caller !== 'direct');
  return others ? [inboundWarning('tool_member_dropped', `${path}.allowed_callers`)] : [];
}

function inputSchema(parameters: unknown, path: string): Tool['input_schema'] {
  if (parameters === undefined || parameters === null) return { type: 'object', properties: {} };
  if (!isObject(parameters)) throw refuse({ path, message: 'Input should be an object' });
  if (tooDeep(parameters)) throw refuse({ path, message: 'Input is nested too deeply' });
  return { ...parameters, type: 'object' };
}

/** A freeform tool as a function of one string. The answer's formatter takes the string out again. */
export function customTool(definition: JsonObject, path: string, warnings: Warning[]): Tool {
  const { name, description, format } = definition;
  if (typeof name !== 'string' || name === '') throw refuse({ path: `${path}.name`, message: 'Field required' });
  refuseOtherKinds(definition, { description: 'string', format: 'object', allowed_callers: 'strings' }, path);
  noteDropped(definition, handledOfCustom, path, warnings, dropped);
  append(warnings, droppedCallers(definition, path));
  const parts = typeof description === 'string' ? [description] : [];
  const grammar = isObject(format) && isObject(format.grammar) ? format.grammar : format;
  if (isObject(grammar) && typeof grammar.definition === 'string') {
    parts.push(
      `The input has to match this ${typeof grammar.syntax === 'string' ? grammar.syntax : 'lark'} grammar:\n${grammar.definition}`,
    );
    warnings.push(inboundWarning('tool_format_described', `${path}.format`));
  }
  return {
    name,
    ...(parts.length > 0 && { description: parts.join('\n\n') }),
    input_schema: { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] },
    ...cacheMember(definition),
  };
}

/** The one string of a freeform tool's input; of an input that the model made otherwise, its JSON, so that nothing is lost. */
export function customInput(input: unknown): string {
  if (!isObject(input) || Object.keys(input).length === 0) return '';
  return typeof input.input === 'string' ? input.input : JSON.stringify(input);
}

/** Web search as Anthropic's server tool. */
export function webSearchTool(options: JsonObject, path: string, warnings: Warning[]): ToolUnion {
  refuseOtherKinds(options, { search_context_size: 'string', filters: 'object', user_location: 'object' }, path);
  const { search_context_size: contextSize, filters, user_location: location } = options;
  if (isObject(filters)) refuseOtherKinds(filters, { allowed_domains: 'strings' }, `${path}.filters`);
  // Chat has the place one level further in than Responses.
  const nested = isObject(location) && isObject(location.approximate);
  const place = nested ? location.approximate : location;
  const placePath = `${path}.user_location${nested ? '.approximate' : ''}`;
  if (isObject(place)) refuseOtherKinds(place, kindsOfPlace, placePath);
  const listed = isObject(filters) && Array.isArray(filters.allowed_domains) ? filters.allowed_domains : [];
  const domains = listed.filter((domain) => typeof domain === 'string');
  if (typeof contextSize === 'string' && contextSize !== 'medium') {
    warnings.push(inboundWarning('search_context_size_dropped', `${path}.search_context_size`));
  }
  noteDropped(options, handledOfSearch, path, warnings);
  if (nested) noteDropped(location, handledOfNest, `${path}.user_location`, warnings);
  if (isObject(filters)) noteDropped(filters, handledOfFilters, `${path}.filters`, warnings);
  if (isObject(place)) noteDropped(place, handledOfPlace, placePath, warnings);
  return {
    type: 'web_search_20250305',
    name: 'web_search',
    ...(domains.length > 0 && { allowed_domains: domains }),
    ...(isObject(place) && { user_location: { type: 'approximate' as const, ...strings(place, placeMembers) } }),
  };
}

function strings(owner: JsonObject, keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(keys.flatMap((key) => (typeof owner[key] === 'string' ? [[key, owner[key]]] : [])));
}
