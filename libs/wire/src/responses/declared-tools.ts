import { refuse } from '../fault.js';
import { isObject, type JsonObject } from '../json-object.js';
import { inboundWarning } from '../inbound/compatibility.js';
import { dispensable } from '../inbound/dispensable.js';
import { customTool, functionTool, webSearchTool } from '../inbound/tools.js';
import type { ToolUnion } from '../messages/messages.js';
import type { Warning } from '../warning.js';

/** A tool of a namespace, as the answer has to name it. */
export interface NamespacedName {
  readonly namespace: string;
  readonly name: string;
}

/** Anthropic has one flat list of names. */
export function flatName({ namespace, name }: NamespacedName): string {
  return `${namespace}__${name}`;
}

/** A Responses client's tools in canonical form, and what is needed to name their calls as the client knows them. */
export class DeclaredTools {
  readonly tools: ToolUnion[] = [];
  readonly customTools: string[] = [];
  /** Flat name → the client's. */
  readonly namespaced: Record<string, NamespacedName> = {};

  constructor(private readonly warnings: Warning[]) {}

  addAll(tools: unknown, path: string): void {
    if (tools === undefined || tools === null) return;
    if (!Array.isArray(tools)) throw refuse({ path, message: 'Input should be a valid array' });
    for (const [index, tool] of tools.entries()) {
      if (!isObject(tool)) throw refuse({ path: `${path}.${index}`, message: 'Input should be an object' });
      this.add(tool, `${path}.${index}`, undefined);
    }
  }

  private add(tool: JsonObject, path: string, namespace: string | undefined): void {
    const type = String(tool.type);
    if (type === 'function' || type === 'custom') {
      const declared = type === 'function' ? functionTool(tool, path) : customTool(tool, path, this.warnings);
      const name = this.nameIn(namespace, declared.name);
      if (type === 'custom') this.customTools.push(name);
      this.declare({ ...declared, name });
    } else if (type === 'namespace' && namespace === undefined && typeof tool.name === 'string') {
      const inner: unknown[] = Array.isArray(tool.tools) ? tool.tools : [];
      for (const [index, item] of inner.entries()) {
        if (!isObject(item)) throw refuse({ path: `${path}.tools.${index}`, message: 'Input should be an object' });
        this.add(item, `${path}.tools.${index}`, tool.name);
      }
    } else if (type.startsWith('web_search') && tool.external_web_access !== false) {
      this.declare(dispensable(webSearchTool(tool, path, this.warnings)));
    } else {
      // Codex declares tools by model name, whatever the server: refusing one would lock it out.
      this.warnings.push(inboundWarning('tool_dropped', path));
    }
  }

  /** Codex declares what it has loaded again in later turns, and every upstream refuses a name that comes twice: the last counts. */
  private declare(tool: ToolUnion): void {
    const known = this.tools.findIndex((other) => nameOf(other) === nameOf(tool));
    if (known === -1) this.tools.push(tool);
    else this.tools[known] = tool;
  }

  private nameIn(namespace: string | undefined, name: string): string {
    if (namespace === undefined) return name;
    const flat = flatName({ namespace, name });
    this.namespaced[flat] = { namespace, name };
    return flat;
  }
}

function nameOf(tool: ToolUnion): string | undefined {
  return 'name' in tool ? tool.name : undefined;
}
