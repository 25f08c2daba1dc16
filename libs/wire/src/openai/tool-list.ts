import { GatewayError } from '../gateway-error.js';
import type { MessagesRequest, ToolUnion } from '../messages/messages.js';
import type { Warning } from '../warning.js';
import { warning } from './compatibility.js';
import { isObject } from '../json-object.js';

export interface DeclaredTool {
  readonly name: string;
  readonly tool: ToolUnion;
  readonly path: string;
  /** False while its loading is deferred, or after it was removed. */
  visible: boolean;
}

/** The declared tools, with what the conversation did to them in the order in which it did it. */
export class ToolList {
  private readonly byName = new Map<string, DeclaredTool>();

  constructor(
    request: MessagesRequest,
    private readonly warnings: Warning[],
  ) {
    for (const [index, tool] of (request.tools ?? []).entries()) this.declare(tool, `tools.${index}`);
    // Most conversations change nothing, but any block may; a walk over them is cheap beside the translation itself.
    for (const [index, message] of request.messages.entries()) {
      if (typeof message.content !== 'string') this.apply(message.content ?? [], `messages.${index}.content`);
    }
  }

  all(): IterableIterator<DeclaredTool> {
    return this.byName.values();
  }

  private declare(tool: ToolUnion, path: string): void {
    const name = 'name' in tool ? tool.name : `${tool.type} at ${path}`;
    if (this.byName.has(name)) {
      throw new GatewayError('invalid_request', `${path}: Tool names must be unique.`, { path });
    }
    const deferred = 'defer_loading' in tool && tool.defer_loading === true;
    this.byName.set(name, { name, tool, path, visible: !deferred });
  }

  /** `blocks` are message content, or the content of a tool result. */
  private apply(blocks: readonly unknown[], path: string): void {
    for (const [index, block] of blocks.entries()) {
      if (!isObject(block)) continue;
      switch (block.type) {
        case 'tool_reference':
          this.show(block.tool_name, true);
          break;
        case 'tool_result':
          if (Array.isArray(block.content)) this.apply(block.content, `${path}.${index}.content`);
          break;
        case 'tool_search_tool_result':
          if (isObject(block.content) && Array.isArray(block.content.tool_references)) {
            this.apply(block.content.tool_references, `${path}.${index}.content.tool_references`);
          }
          break;
        case 'compaction':
          if (Array.isArray(block.tool_changes)) this.apply(block.tool_changes, `${path}.${index}.tool_changes`);
          break;
        case 'tool_addition':
        case 'tool_removal':
          this.change(block.tool, block.type === 'tool_addition', `${path}.${index}`);
          break;
        default:
      }
    }
  }

  private change(tool: unknown, addition: boolean, path: string): void {
    if (!isObject(tool)) return;
    if (tool.type === 'tool_reference') {
      this.show(tool.name, addition);
    } else if (addition && tool.type === 'tool_definition' && isTool(tool.definition)) {
      const { definition } = tool;
      if ('name' in definition) this.byName.delete(definition.name);
      this.declare(definition, `${path}.tool.definition`);
    } else {
      this.warnings.push(warning('mcp_tool_change_dropped', path));
    }
  }

  private show(name: unknown, visible: boolean): void {
    const declared = typeof name === 'string' ? this.byName.get(name) : undefined;
    if (declared !== undefined) declared.visible = visible;
  }
}

function isTool(value: unknown): value is ToolUnion {
  return isObject(value) && (typeof value.name === 'string' || typeof value.type === 'string');
}
