import { type Fault, optional, presentString, requiredString, tooDeep, within, wrong } from '../fault.js';
import { isObject, type JsonObject } from '../json-object.js';

type Check = (block: JsonObject) => Fault | undefined;

/**
 * The members of a content block that translators rely on. Block types that are not listed pass: an upstream that
 * speaks Messages may know them, and translators refuse them by name.
 */
const checks: Readonly<Record<string, Check>> = {
  text: (block) => presentString(block, 'text'),
  image: (block) => source(block),
  document: (block) => source(block) ?? optional(block, 'title', 'string') ?? optional(block, 'context', 'string'),
  search_result: (block) =>
    presentString(block, 'source') ?? presentString(block, 'title') ?? blocks(block, 'content', false),
  thinking: (block) => presentString(block, 'thinking') ?? presentString(block, 'signature'),
  redacted_thinking: (block) => presentString(block, 'data'),
  tool_use: (block) => toolUse(block),
  server_tool_use: (block) => toolUse(block),
  mcp_tool_use: (block) => toolUse(block),
  tool_result: (block) =>
    requiredString(block, 'tool_use_id') ??
    optional(block, 'is_error', 'boolean') ??
    (block.content === undefined || block.content === null ? undefined : blocks(block, 'content', true)),
  tool_reference: (block) => requiredString(block, 'tool_name'),
};

/** A fault in `content`, which is an array of blocks, or a string where `orText` says so. */
export function checkContent(content: unknown, orText: boolean): Fault | undefined {
  if (orText && typeof content === 'string') return undefined;
  if (!Array.isArray(content)) return wrong('', content, orText ? 'a valid string or array' : 'a valid array');
  for (let index = 0; index < content.length; index++) {
    const fault = checkBlock(content[index]);
    if (fault) return within(index, fault);
  }
  return undefined;
}

function checkBlock(block: unknown): Fault | undefined {
  if (!isObject(block)) return { path: '', message: 'Input should be an object' };
  const type = block.type;
  if (typeof type !== 'string') return wrong('type', type, 'a valid string');
  return Object.hasOwn(checks, type) ? checks[type]?.(block) : undefined;
}

function blocks(owner: JsonObject, key: string, orText: boolean): Fault | undefined {
  const fault = checkContent(owner[key], orText);
  return fault && within(key, fault);
}

function toolUse(block: JsonObject): Fault | undefined {
  const fault = requiredString(block, 'id') ?? requiredString(block, 'name');
  if (fault) return fault;
  if (!isObject(block.input)) return wrong('input', block.input, 'an object');
  return tooDeep(block.input) ? { path: 'input', message: 'Input is nested too deeply' } : undefined;
}

function source(block: JsonObject): Fault | undefined {
  const value = block.source;
  if (!isObject(value)) return wrong('source', value, 'an object');
  const fault = presentString(value, 'type') ?? sourceMembers(value);
  return fault && within('source', fault);
}

function sourceMembers(value: JsonObject): Fault | undefined {
  switch (value.type) {
    case 'base64':
    case 'text':
      return presentString(value, 'data') ?? presentString(value, 'media_type');
    case 'url':
      return requiredString(value, 'url');
    case 'file':
      return requiredString(value, 'file_id');
    case 'content':
      return blocks(value, 'content', true);
    default:
      return undefined;
  }
}
