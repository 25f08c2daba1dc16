import { isObject, type JsonObject } from '../json-object.js';
import type { MessagesRequest } from '../messages/messages.js';
import type { Warning } from '../warning.js';
import { builtInTool } from './built-in-tools.js';
import { warning, type WarningCode } from './compatibility.js';

type Members = ReadonlySet<string>;

const metadata: Members = new Set(['user_id']);
const thinking: Members = new Set(['type', 'budget_tokens', 'display']);
const outputConfig: Members = new Set(['effort', 'format', 'task_budget']);
const format: Members = new Set(['type', 'schema']);
const toolChoice: Members = new Set(['type', 'name', 'disable_parallel_tool_use']);
const contextManagement: Members = new Set(['edits']);
const message: Members = new Set(['role', 'content']);
const systemMessage: Members = new Set([...message, 'clear_at']);
const source: Members = new Set(['type', 'media_type', 'data', 'url', 'file_id', 'content']);

/** Those that docs/compatibility.md calls mapped, emulated or ignored, and those that have a warning of their own. */
const ofEveryTool = [
  'type',
  'name',
  'allowed_callers',
  'cache_control',
  'defer_loading',
  'eager_input_streaming',
  'input_examples',
  'strict',
];
const builtIn: Members = new Set(ofEveryTool);
const customTool: Members = new Set([...ofEveryTool, 'description', 'input_schema']);
const search: Members = new Set([...ofEveryTool, 'allowed_domains', 'blocked_domains', 'max_uses', 'user_location']);

const text: Members = new Set(['type', 'text', 'cache_control', 'citations']);

/** By type. Blocks that are not listed are refused, summarised or left out as a whole, with a word of it. */
const blocks: ReadonlyMap<unknown, Members> = new Map([
  ['text', text],
  ['image', new Set(['type', 'source', 'cache_control', 'transformations'])],
  ['document', new Set(['type', 'source', 'cache_control', 'citations', 'context', 'title'])],
  ['search_result', new Set(['type', 'source', 'title', 'content', 'cache_control', 'citations'])],
  ['thinking', new Set(['type', 'thinking', 'signature'])],
  ['redacted_thinking', new Set(['type', 'data'])],
  ['tool_use', new Set(['type', 'id', 'name', 'input', 'cache_control', 'caller', 'toolset_name'])],
  ['tool_result', new Set(['type', 'tool_use_id', 'content', 'is_error', 'cache_control', 'toolset_name'])],
  ['tool_reference', new Set(['type', 'tool_name', 'cache_control'])],
  ['tool_addition', new Set(['type', 'tool', 'cache_control'])],
  ['tool_removal', new Set(['type', 'tool', 'cache_control'])],
  ['compaction', new Set(['type', 'content', 'encrypted_content', 'signature', 'tool_changes', 'cache_control'])],
]);

/** Members that are known, and for which no OpenAI upstream has a counterpart. */
const withoutCounterpart: Readonly<Record<string, WarningCode>> = {
  max_characters: 'tool_member_dropped',
  output_config: 'effort_dropped',
};

/** A warning for every member below the top level of the request that a translation does not look at. */
export function unknownMembers(request: MessagesRequest): readonly Warning[] {
  const walk = new Walk();
  walk.request(request);
  return walk.warnings;
}

/** It runs over every block of every request: nothing is allocated where nothing is unknown. */
class Walk {
  readonly warnings: Warning[] = [];
  /** Names of the members that lead to where the walk is. */
  private readonly path: (string | number)[] = [];

  request(request: MessagesRequest): void {
    this.member('metadata', request.metadata, metadata);
    this.member('thinking', request.thinking, thinking);
    this.member('tool_choice', request.tool_choice, toolChoice);
    this.member('context_management', request.context_management, contextManagement);
    this.member('output_format', request.output_format, format);
    this.member('output_config', request.output_config, outputConfig);
    this.path.push('output_config');
    this.member('format', request.output_config?.format, format);
    this.path.pop();
    this.tools(request.tools);
    this.blocks('system', request.system);
    this.messages(request.messages);
  }

  private tools(tools: MessagesRequest['tools']): void {
    if (tools === undefined) return;
    this.path.push('tools');
    for (let index = 0; index < tools.length; index++) this.member(index, tools[index], membersOfTool(tools[index]));
    this.path.pop();
  }

  private messages(messages: MessagesRequest['messages']): void {
    this.path.push('messages');
    for (let index = 0; index < messages.length; index++) {
      const one = messages[index];
      if (hasOthers(one)) this.member(index, one, one?.role === 'system' ? systemMessage : message);
      this.path.push(index);
      this.blocks('content', one?.content);
      this.path.pop();
    }
    this.path.pop();
  }

  private blocks(name: string, list: unknown): void {
    if (!Array.isArray(list)) return;
    this.path.push(name);
    for (let index = 0; index < list.length; index++) {
      const block: unknown = list[index];
      if (isUsual(block)) continue;
      const known = isObject(block) ? blocks.get(block.type) : undefined;
      if (known === undefined || !isObject(block)) continue;
      this.member(index, block, known);
      this.path.push(index);
      this.within(block);
      this.path.pop();
    }
    this.path.pop();
  }

  private within(block: JsonObject): void {
    switch (block.type) {
      case 'image':
      case 'document':
        this.member('source', block.source, source);
        if (!isObject(block.source) || block.source.type !== 'content') break;
        this.path.push('source');
        this.blocks('content', block.source.content);
        this.path.pop();
        break;
      case 'search_result':
      case 'tool_result':
        this.blocks('content', block.content);
        break;
      case 'tool_addition':
        if (!isObject(block.tool)) break;
        this.path.push('tool');
        this.member('definition', block.tool.definition, membersOfTool(block.tool.definition));
        this.path.pop();
        break;
      default:
    }
  }

  private member(name: string | number, value: unknown, known: Members | undefined): void {
    if (known === undefined || !isObject(value)) return;
    for (const key in value) {
      if (known.has(key) || value[key] === null || value[key] === undefined) continue;
      const code = Object.hasOwn(withoutCounterpart, key) ? withoutCounterpart[key] : undefined;
      this.warnings.push(warning(code ?? 'unknown_field_dropped', [...this.path, name, key].join('.')));
    }
  }
}

function hasOthers(one: object | undefined): boolean {
  for (const key in one) if (key !== 'role' && key !== 'content') return true;
  return false;
}

/** Whether a block is of the kinds that conversations are made of, and has their usual members alone: compared, as sets take thrice as long. */
function isUsual(block: unknown): boolean {
  if (!isObject(block) || Array.isArray(block.content)) return false;
  switch (block.type) {
    case 'text':
      for (const key in block) if (key !== 'type' && key !== 'text' && key !== 'cache_control') return false;
      return true;
    case 'tool_use':
      for (const key in block) {
        if (key !== 'type' && key !== 'id' && key !== 'name' && key !== 'input' && key !== 'caller') return false;
      }
      return true;
    case 'tool_result':
      for (const key in block) {
        if (key !== 'type' && key !== 'tool_use_id' && key !== 'content' && key !== 'is_error') return false;
      }
      return true;
    default:
      return false;
  }
}

/** Nothing for a tool that is refused or dropped as a whole. */
function membersOfTool(tool: unknown): Members | undefined {
  if (!isObject(tool)) return undefined;
  const { type } = tool;
  if (type === undefined || type === null || type === 'custom') return customTool;
  if (typeof type !== 'string') return undefined;
  if (type.startsWith('web_search_')) return search;
  return builtInTool(type) === undefined ? undefined : builtIn;
}
