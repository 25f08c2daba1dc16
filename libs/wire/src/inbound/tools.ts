import type Anthropic from '@anthropic-ai/sdk';
import { refuse, tooDeep } from '../fault.js';
import { isObject, type JsonObject } from '../json-object.js';
import type { ToolUnion } from '../messages/messages.js';
import type { Warning } from '../warning.js';
import { inboundWarning } from './compatibility.js';

type Tool = Anthropic.Beta.Messages.BetaTool;
export type ToolChoice = Anthropic.Beta.Messages.BetaToolChoice;

/** A function as Chat and Responses both describe it. */
export function functionTool(definition: JsonObject, path: string): Tool {
  const { name, description, parameters, strict } = definition;
  if (typeof name !== 'string' || name === '') throw refuse({ path: `${path}.name`, message: 'Field required' });
  return {
    name,
    ...(typeof description === 'string' && description !== '' && { description }),
    input_schema: inputSchema(parameters, `${path}.parameters`),
    ...(strict === true && { strict: true }),
  };
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
  };
}

/** The one string of a freeform tool's input. */
export function customInput(input: unknown): string {
  return isObject(input) && typeof input.input === 'string' ? input.input : '';
}

/** Web search as Anthropic's server tool. */
export function webSearchTool(options: JsonObject, path: string, warnings: Warning[]): ToolUnion {
  const location = isObject(options.user_location) ? options.user_location : undefined;
  const place = isObject(location?.approximate) ? location.approximate : location;
  if (typeof options.search_context_size === 'string' && options.search_context_size !== 'medium') {
    warnings.push(inboundWarning('search_context_size_dropped', `${path}.search_context_size`));
  }
  const filters = isObject(options.filters) ? options.filters : {};
  const domains = Array.isArray(filters.allowed_domains)
    ? filters.allowed_domains.filter((domain) => typeof domain === 'string')
    : [];
  return {
    type: 'web_search_20250305',
    name: 'web_search',
    ...(domains.length > 0 && { allowed_domains: domains }),
    ...(place && {
      user_location: { type: 'approximate' as const, ...strings(place, ['city', 'country', 'region', 'timezone']) },
    }),
  };
}

function strings(owner: JsonObject, keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(keys.flatMap((key) => (typeof owner[key] === 'string' ? [[key, owner[key]]] : [])));
}

/** What OpenAI's `tool_choice` makes of the tools: a choice, and for `allowed_tools` a shorter list. */
export interface ChosenTools {
  readonly tools: readonly ToolUnion[];
  readonly choice: ToolChoice | undefined;
}

export function chosenTools(choice: unknown, tools: readonly ToolUnion[], path: string): ChosenTools {
  if (choice === undefined || choice === null) return { tools, choice: undefined };
  if (choice === 'none' || choice === 'auto') return { tools, choice: { type: choice } };
  if (choice === 'required') return { tools, choice: { type: 'any' } };
  if (!isObject(choice)) throw refuse({ path, message: "Input should be 'none', 'auto', 'required' or an object" });
  if (choice.type === 'allowed_tools') {
    const allowed = isObject(choice.allowed_tools) ? choice.allowed_tools : choice;
    const names = Array.isArray(allowed.tools) ? allowed.tools.map(toolName) : [];
    return {
      tools: tools.filter((tool) => 'name' in tool && names.includes(tool.name)),
      choice: { type: allowed.mode === 'required' ? 'any' : 'auto' },
    };
  }
  const name = toolName(choice);
  if (name === undefined) throw refuse({ path, message: 'The tool should be named' });
  return { tools, choice: { type: 'tool', name } };
}

/** Chat nests the name (`function.name`), Responses does not; hosted tools have only a type. */
function toolName(reference: unknown): string | undefined {
  if (!isObject(reference)) return undefined;
  for (const owner of [reference, reference.function, reference.custom]) {
    if (isObject(owner) && typeof owner.name === 'string') return owner.name;
  }
  return typeof reference.type === 'string' && reference.type.startsWith('web_search') ? 'web_search' : undefined;
}

/** `tools` and `tool_choice` of a canonical request; nothing at all without tools, as a choice among none is refused. */
export function toolMembers(
  { tools, choice }: ChosenTools,
  parallel: unknown,
): { tools?: ToolUnion[]; tool_choice?: ToolChoice } {
  if (tools.length === 0) return {};
  const serial = parallel === false;
  if (!serial || choice?.type === 'none') return { tools: [...tools], ...(choice && { tool_choice: choice }) };
  return { tools: [...tools], tool_choice: { ...(choice ?? { type: 'auto' }), disable_parallel_tool_use: true } };
}
