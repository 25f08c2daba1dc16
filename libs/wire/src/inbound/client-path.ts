import type { Dialect } from '../dialect.js';
import { isObject } from '../json-object.js';
import type { MessagesRequest } from '../messages/messages.js';

/** Block or tool of a canonical request → where its client wrote it. */
const origins = new WeakMap<object, string>();

/** Notes the client's own path of a block or a tool. The note is of this very object: a copy has none. */
export function noted<Part extends object>(part: Part, path: string): Part {
  origins.set(part, path);
  return part;
}

/** Members of a tool, which OpenAI has as well; its name for each. */
const toolMembers: Readonly<Record<string, string>> = { input_schema: 'parameters', strict: 'strict' };

/** Canonical path → the client's. Of several members it is the first that the body has, or the first where it has none. */
type PathTable = Readonly<Record<string, string | readonly string[]>>;

const openai: PathTable = {
  stop_sequences: 'stop',
  metadata: ['safety_identifier', 'user'],
  'tool_choice.disable_parallel_tool_use': 'parallel_tool_calls',
};

const tables: Readonly<Record<Dialect, PathTable>> = {
  messages: {},
  chat: {
    ...openai,
    messages: 'messages',
    system: 'messages',
    max_tokens: ['max_completion_tokens', 'max_tokens'],
    thinking: 'reasoning_effort',
    'output_config.effort': 'reasoning_effort',
    'output_config.format': 'response_format.json_schema',
    tool_choice: ['tool_choice', 'function_call'],
  },
  responses: {
    ...openai,
    messages: 'input',
    system: ['instructions', 'input'],
    max_tokens: 'max_output_tokens',
    thinking: 'reasoning.effort',
    'thinking.display': 'reasoning.summary',
    'output_config.effort': 'reasoning.effort',
    'output_config.format': 'text.format',
    tool_choice: 'tool_choice',
  },
  completions: { ...openai, messages: 'prompt' },
  complete: { messages: 'prompt', system: 'prompt', max_tokens: 'max_tokens_to_sample' },
};

/** A canonical request, and the client's body that it was made of. */
export interface ClientsRequest {
  readonly dialect: Dialect;
  readonly body: unknown;
  readonly request: MessagesRequest;
}

/**
 * The client's own path of what is at `path` in the canonical request: that of the innermost block or tool around it, else that
 * of the option. What has the same name in both stays as it is.
 */
export function clientPath({ dialect, body, request }: ClientsRequest, path: string): string {
  if (dialect === 'messages') return path;
  return originOf(request, path.split('.')) ?? optionPath(tables[dialect], body, path) ?? path;
}

function originOf(request: MessagesRequest, names: readonly string[]): string | undefined {
  let part: unknown = request;
  let found: string | undefined;
  for (const [index, name] of names.entries()) {
    if (typeof part !== 'object' || part === null || !Object.hasOwn(part, name)) break;
    part = Reflect.get(part, name);
    const origin = typeof part === 'object' && part !== null ? origins.get(part) : undefined;
    if (origin !== undefined) found = withMember(origin, names[index + 1]);
  }
  return found;
}

/** Other members below are not the client's: an image has no `source` in OpenAI's dialects. */
function withMember(origin: string, name: string | undefined): string {
  const member = name !== undefined && Object.hasOwn(toolMembers, name) ? toolMembers[name] : undefined;
  return member === undefined ? origin : `${origin}.${member}`;
}

function optionPath(table: PathTable, body: unknown, path: string): string | undefined {
  for (let option = path; option !== ''; option = option.slice(0, Math.max(0, option.lastIndexOf('.')))) {
    const named = Object.hasOwn(table, option) ? table[option] : undefined;
    if (named === undefined) continue;
    return typeof named === 'string' ? named : (named.find((name) => isObject(body) && body[name] != null) ?? named[0]);
  }
  return undefined;
}
