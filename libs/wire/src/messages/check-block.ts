import { type Fault, optional, presentString, requiredString, shallow, within, wrong } from '../fault.js';
import { isObject, type JsonObject } from '../json-object.js';
import { checkTool } from './check-tool.js';

/** `levels` is how much deeper blocks may stand within each other. */
type Check = (block: JsonObject, levels: number) => Fault | undefined;

/** Far more than any content has, and far from the stack's end. */
const maxLevels = 100;

/**
 * The members of a content block that translators rely on. Block types that are not listed pass: an upstream that
 * speaks Messages may know them, and translators refuse them by name.
 */
const checks: Readonly<Record<string, Check>> = {
  text: (block) => presentString(block, 'text'),
  image: (block, levels) => source(block, levels),
  document: (block, levels) =>
    source(block, levels) ?? optional(block, 'title', 'string') ?? optional(block, 'context', 'string'),
  search_result: (block, levels) =>
    presentString(block, 'source') ?? presentString(block, 'title') ?? blocks(block, 'content', false, levels),
  thinking: (block) => presentString(block, 'thinking') ?? presentString(block, 'signature'),
  redacted_thinking: (block) => presentString(block, 'data'),
  tool_use: (block) => toolUse(block),
  server_tool_use: (block) => toolUse(block),
  mcp_tool_use: (block) => toolUse(block),
  tool_result: (block, levels) =>
    requiredString(block, 'tool_use_id') ??
    optional(block, 'is_error', 'boolean') ??
    (block.content === undefined || block.content === null ? undefined : blocks(block, 'content', true, levels)),
  tool_reference: (block) => requiredString(block, 'tool_name'),
  tool_addition: (block) => definition(block),
  tool_search_tool_result: (block) => shallow(block, 'content'),
  compaction: (block, levels) =>
    Array.isArray(block.tool_changes) ? blocks(block, 'tool_changes', false, levels) : undefined,
};

/** A fault in `content`, which is an array of blocks, or a string where `orText` says so. */
export function checkContent(content: unknown, orText: boolean, levels = maxLevels): Fault | undefined {
  if (orText && typeof content === 'string') return undefined;
  if (!Array.isArray(content)) return wrong('', content, orText ? 'a valid string or array' : 'a valid array');
  if (levels === 0) return { path: '', message: 'Input is nested too deeply' };
  for (let index = 0; index < content.length; index++) {
    const fault = checkBlock(content[index], levels - 1);
    if (fault) return within(index, fault);
  }
  return undefined;
}

function checkBlock(block: unknown, levels: number): Fault | undefined {
  if (!isObject(block)) return { path: '', message: 'Input should be an object' };
  const type = block.type;
  if (typeof type !== 'string') return wrong('type', type, 'a valid string');
  return Object.hasOwn(checks, type) ? checks[type]?.(block, levels) : undefined;
}

function blocks(owner: JsonObject, key: string, orText: boolean, levels: number): Fault | undefined {
  const fault = checkContent(owner[key], orText, levels);
  return fault && within(key, fault);
}

function toolUse(block: JsonObject): Fault | undefined {
  const fault = requiredString(block, 'id') ?? requiredString(block, 'name');
  if (fault) return fault;
  if (!isObject(block.input)) return wrong('input', block.input, 'an object');
  return shallow(block, 'input');
}

/** A tool that is declared within the conversation. */
function definition({ tool }: JsonObject): Fault | undefined {
  if (!isObject(tool) || tool.type !== 'tool_definition') return undefined;
  const fault = checkTool(tool.definition);
  return fault && within('tool', within('definition', fault));
}

function source(block: JsonObject, levels: number): Fault | undefined {
  const value = block.source;
  if (!isObject(value)) return wrong('source', value, 'an object');
  const fault = presentString(value, 'type') ?? sourceMembers(value, levels);
  return fault && within('source', fault);
}

function sourceMembers(value: JsonObject, levels: number): Fault | undefined {
  switch (value.type) {
    case 'base64':
    case 'text':
      return presentString(value, 'data') ?? presentString(value, 'media_type');
    case 'url':
      return requiredString(value, 'url');
    case 'file':
      return requiredString(value, 'file_id');
    case 'content':
      return blocks(value, 'content', true, levels);
    default:
      return undefined;
  }
}
