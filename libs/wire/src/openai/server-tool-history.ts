import type { ContentBlockParam } from '../messages/messages.js';
import { isObject } from '../json-object.js';

/** Use of a tool that Anthropic ran: no upstream can take it back as what it was. */
export type ServerToolUse = Extract<ContentBlockParam, { type: 'server_tool_use' | 'mcp_tool_use' }>;

const readable = ['title', 'url', 'text', 'stdout', 'stderr', 'error_code', 'source', 'tool_name'];
const maxResultChars = 4000;

export function isServerToolUse(block: ContentBlockParam): block is ServerToolUse {
  return block.type === 'server_tool_use' || block.type === 'mcp_tool_use';
}

/** Whether this is the result of a {@link ServerToolUse}: all of them name their call. */
export function isServerToolResult(block: ContentBlockParam): boolean {
  return block.type !== 'tool_result' && 'tool_use_id' in block;
}

/** One line on what was done and found: `[web_search {"query":"q"}: title — url; …]`. */
export function serverToolSummary(use: ServerToolUse, turn: readonly ContentBlockParam[]): string {
  const found: string[] = [];
  for (const block of turn) {
    if (isServerToolResult(block) && 'tool_use_id' in block && block.tool_use_id === use.id) collect(block, found, 0);
  }
  const result = found.join('; ').slice(0, maxResultChars);
  return `[${use.name} ${JSON.stringify(use.input)}${result === '' ? '' : `: ${result}`}]`;
}

function collect(value: unknown, found: string[], depth: number): void {
  if (depth > 6) return;
  if (Array.isArray(value)) {
    for (const entry of value) collect(entry, found, depth + 1);
  } else if (isObject(value)) {
    const words = readable.map((key) => value[key]).filter((word) => typeof word === 'string' && word !== '');
    if (words.length > 0) found.push(words.join(' — '));
    collect(value.content, found, depth + 1);
    collect(value.tool_references, found, depth + 1);
  } else if (typeof value === 'string' && value !== '') {
    found.push(value);
  }
}
