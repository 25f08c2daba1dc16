import type { ContentBlockParam } from '../messages/messages.js';
import { isObject } from '../json-object.js';

/** Use of a tool that Anthropic ran: no upstream can take it back as what it was. */
export type ServerToolUse = Extract<ContentBlockParam, { type: 'server_tool_use' | 'mcp_tool_use' }>;

const readable = ['title', 'url', 'text', 'stdout', 'stderr', 'error_code', 'source', 'tool_name'];
const maxResultChars = 4000;

export function isServerToolUse(block: ContentBlockParam): block is ServerToolUse {
  return block.type === 'server_tool_use' || block.type === 'mcp_tool_use';
}

/** What came of a {@link ServerToolUse}: `web_search_tool_result` and others, which all name their call. */
export type ServerToolResult = Extract<ContentBlockParam, { type: `${string}_tool_result` }>;

const resultSuffix = '_tool_result';

export function isServerToolResult(block: ContentBlockParam): block is ServerToolResult {
  return block.type.endsWith(resultSuffix) && 'tool_use_id' in block;
}

/** What the tools that Anthropic ran in a turn have found, in words. */
export class ServerToolHistory {
  /** `tool_use_id` → `title — url; …`. */
  private readonly findings: Map<string, string>;
  private readonly uses: ReadonlySet<string>;

  constructor(turn: readonly ContentBlockParam[]) {
    const found = new Map<string, string[]>();
    for (const block of turn) {
      if (!isServerToolResult(block)) continue;
      const words = found.get(block.tool_use_id) ?? [];
      found.set(block.tool_use_id, words);
      collect(block, words, 0);
    }
    this.findings = new Map([...found].map(([id, words]) => [id, cut(words.join('; '))]));
    this.uses = new Set(turn.filter(isServerToolUse).map(({ id }) => id));
  }

  /** One line on what was done and found: `[web_search {"query":"q"}: title — url; …]`. */
  summary({ id, name, input }: ServerToolUse): string {
    const result = this.findings.get(id) ?? '';
    // Said once: a small request of many uses with one id would become an endless one.
    this.findings.delete(id);
    return `[${name} ${JSON.stringify(input)}${result === '' ? '' : `: ${result}`}]`;
  }

  /**
   * The line of a result whose use stands in an earlier turn, as where a program waited for a tool of the client's:
   * `[code_execution: …]`. `undefined` for every other, which is in its use's {@link summary}.
   */
  lateResult({ type, tool_use_id: id }: ServerToolResult): string | undefined {
    const result = this.findings.get(id);
    if (result === undefined || this.uses.has(id)) return undefined;
    this.findings.delete(id);
    return `[${type.slice(0, -resultSuffix.length)}${result === '' ? '' : `: ${result}`}]`;
  }
}

/** Upstreams refuse half a character, which the cut may leave. */
function cut(text: string): string {
  return text.slice(0, maxResultChars).toWellFormed();
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
