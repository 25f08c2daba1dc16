import { refuse } from '../fault.js';
import { isObject, type JsonObject, stringIn } from '../json-object.js';
import { noted } from '../inbound/client-path.js';
import { inboundWarning } from '../inbound/compatibility.js';
import { dispensable } from '../inbound/dispensable.js';
import { noteDropped } from '../inbound/dropped-fields.js';
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
  /** Name → its place in `tools`, and who has it: the tool's kind and namespace. */
  private readonly places = new Map<string, { readonly index: number; readonly owner: string }>();
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
      const name =
        namespace === undefined ? declared.name : flatName({ namespace: namespace.name, name: declared.name });
      const description = namespace === undefined ? declared.description : described(namespace, declared.description);
      const owner = namespace === undefined ? type : `${type} of ${namespace.name}`;
      const isNew = this.declare(noted({ ...declared, name, ...(description && { description }) }, path), owner, path);
      if (isNew && type === 'custom') this.customTools.push(name);
      if (namespace !== undefined) this.namespaced[name] = { namespace: namespace.name, name: declared.name };
    } else if (type === 'namespace' && namespace === undefined && typeof tool.name === 'string') {
      noteDropped(tool, handledOfNamespace, path, this.warnings);
      const inner: unknown[] = Array.isArray(tool.tools) ? tool.tools : [];
      const opened = this.namespace(tool.name, stringIn(tool, 'description'), inner.length);
      for (const [index, item] of inner.entries()) {
        if (!isObject(item)) throw refuse({ path: `${path}.tools.${index}`, message: 'Input should be an object' });
        this.add(item, `${path}.tools.${index}`, opened);
      }
    } else if (type.startsWith('web_search') && tool.external_web_access !== false) {
      this.declare(noted(dispensable(webSearchTool(tool, path, this.warnings)), path), 'web_search', path);
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

  /**
   * Codex declares what it has loaded again in later turns, and every upstream refuses a name that comes twice: the last counts.
   * Two tools that merely share a name are refused, as one of them would vanish.
   * @returns whether the name is new
   */
  private declare(tool: ToolUnion, owner: string, path: string): boolean {
    const name = 'name' in tool ? tool.name : tool.type;
    const known = this.places.get(name);
    if (known !== undefined && known.owner !== owner) {
      throw refuse({ path, message: `Another tool is declared as '${name}' already` });
    }
    const index = known?.index ?? this.tools.length;
    this.places.set(name, { index, owner });
    this.tools[index] = tool;
    return known === undefined;
  }
}

/** What the namespace is about stands before what the tool does: Anthropic has no other place for it. */
function described(namespace: Namespace, description: string | undefined): string {
  const text = [namespace.description, description].filter(Boolean).join('\n\n');
  if (!namespace.repeated) namespace.description = '';
  return text;
}
