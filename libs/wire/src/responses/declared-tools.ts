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
  /** What stands before the description of its next tool; empty when there is nothing to say. */
  description: string;
  /** Whether the description stands before every tool, or before the first alone. */
  readonly repeated: boolean;
}

/**
 * Characters of namespaces' descriptions that one request's tools may repeat. A few hundred kilobytes are a whole context window
 * already, and without a bound a body of one megabyte grows to gigabytes.
 */
const mostRepeatedChars = 256 * 1024;

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
  private repeatedChars = 0;

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
      const description = namespace === undefined ? declared.description : described(namespace, declared.description);
      this.declare(noted({ ...declared, name, ...(description && { description }) }, path));
    } else if (type === 'namespace' && namespace === undefined && typeof tool.name === 'string') {
      append(this.warnings, droppedMembers(tool, handledOfNamespace, {}, path));
      const inner: unknown[] = Array.isArray(tool.tools) ? tool.tools : [];
      const opened = this.namespace(tool.name, stringIn(tool, 'description'), inner.length);
      for (const [index, item] of inner.entries()) {
        if (!isObject(item)) throw refuse({ path: `${path}.tools.${index}`, message: 'Input should be an object' });
        this.add(item, `${path}.tools.${index}`, opened);
      }
    } else if (type.startsWith('web_search') && tool.external_web_access !== false) {
      this.declare(noted(dispensable(webSearchTool(tool, path, this.warnings)), path));
    } else {
      // Codex declares tools by model name, whatever the server: refusing one would lock it out.
      this.warnings.push(inboundWarning('tool_dropped', path));
    }
  }

  private namespace(name: string, description: string, tools: number): Namespace {
    const chars = description.length * Math.max(tools - 1, 0);
    const repeated = this.repeatedChars + chars <= mostRepeatedChars;
    if (repeated) this.repeatedChars += chars;
    return { name, description, repeated };
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
function described(namespace: Namespace, description: string | undefined): string {
  const text = [namespace.description, description].filter(Boolean).join('\n\n');
  if (!namespace.repeated) namespace.description = '';
  return text;
}
