import { append } from '../append.js';
import { refuse } from '../fault.js';
import { isObject, type JsonObject, stringIn } from '../json-object.js';
import { noted } from '../inbound/client-path.js';
import { inboundWarning } from '../inbound/compatibility.js';
import { dispensable } from '../inbound/dispensable.js';
import { droppedMembers } from '../inbound/dropped-fields.js';
import { customTool, functionTool, isCalledDirectly, webSearchTool } from '../inbound/tools.js';
import type { ToolUnion } from '../messages/messages.js';
import type { Warning } from '../warning.js';

/** A tool of a namespace, as the answer has to name it. */
export interface NamespacedName {
  readonly namespace: string;
  readonly name: string;
}

interface Namespace {
  readonly name: string;
  /** Empty when there is none. */
  readonly description: string;
}

const handledOfNamespace: ReadonlySet<string> = new Set(['type', 'name', 'description', 'tools']);

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
  /** Name → its place in `tools`. */
  private readonly places = new Map<string, number>();

  constructor(private readonly warnings: Warning[]) {}

  addAll(tools: unknown, path: string): void {
    if (tools === undefined || tools === null) return;
    if (!Array.isArray(tools)) throw refuse({ path, message: 'Input should be a valid array' });
    for (const [index, tool] of tools.entries()) {
      if (!isObject(tool)) throw refuse({ path: `${path}.${index}`, message: 'Input should be an object' });
      this.add(tool, `${path}.${index}`, undefined);
    }
  }

  private add(tool: JsonObject, path: string, namespace: Namespace | undefined): void {
    const type = stringIn(tool, 'type');
    if ((type === 'function' || type === 'custom') && !isCalledDirectly(tool)) {
      // Declared, it would be called by the model itself, which is what its client forbids.
      this.warnings.push(inboundWarning('tool_hidden', path));
    } else if (type === 'function' || type === 'custom') {
      const declared =
        type === 'function' ? functionTool(tool, path, this.warnings) : customTool(tool, path, this.warnings);
      const name = this.nameIn(namespace?.name, declared.name);
      if (type === 'custom') this.customTools.push(name);
      const description = descriptionIn(namespace, declared.description);
      this.declare(noted({ ...declared, name, ...(description && { description }) }, path));
    } else if (type === 'namespace' && namespace === undefined && typeof tool.name === 'string') {
      append(this.warnings, droppedMembers(tool, handledOfNamespace, {}, path));
      const described: Namespace = { name: tool.name, description: stringIn(tool, 'description') };
      const inner: unknown[] = Array.isArray(tool.tools) ? tool.tools : [];
      for (const [index, item] of inner.entries()) {
        if (!isObject(item)) throw refuse({ path: `${path}.tools.${index}`, message: 'Input should be an object' });
        this.add(item, `${path}.tools.${index}`, described);
      }
    } else if (type.startsWith('web_search') && tool.external_web_access !== false) {
      this.declare(noted(dispensable(webSearchTool(tool, path, this.warnings)), path));
    } else {
      // Codex declares tools by model name, whatever the server: refusing one would lock it out.
      this.warnings.push(inboundWarning('tool_dropped', path));
    }
  }

  /** Codex declares what it has loaded again in later turns, and every upstream refuses a name that comes twice: the last counts. */
  private declare(tool: ToolUnion): void {
    const name = 'name' in tool ? tool.name : tool.type;
    const place = this.places.get(name) ?? this.tools.length;
    this.places.set(name, place);
    this.tools[place] = tool;
  }

  private nameIn(namespace: string | undefined, name: string): string {
    if (namespace === undefined) return name;
    const flat = flatName({ namespace, name });
    this.namespaced[flat] = { namespace, name };
    return flat;
  }
}

/** What the namespace is about stands before what the tool does: Anthropic has no other place for it. */
function descriptionIn(namespace: Namespace | undefined, description: string | undefined): string {
  return [namespace?.description, description].filter(Boolean).join('\n\n');
}
