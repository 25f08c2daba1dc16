import type Anthropic from '@anthropic-ai/sdk';
import { refuse } from '../fault.js';
import { isObject, type JsonObject } from '../json-object.js';
import type { ToolUnion } from '../messages/messages.js';
import type { Warning } from '../warning.js';
import { inboundWarning } from './compatibility.js';
import { noteDropped } from './dropped-fields.js';

export type ToolChoice = Anthropic.Beta.Messages.BetaToolChoice;

/** What OpenAI's `tool_choice` makes of the tools: a choice, and for `allowed_tools` a shorter list. */
export interface ChosenTools {
  readonly tools: readonly ToolUnion[];
  readonly choice: ToolChoice | undefined;
}

/** The tools as a client may name them. */
export interface NamedTools {
  readonly tools: readonly ToolUnion[];
  /** Name in `tools` → namespace and name that the client declared; for tools of namespaces alone. */
  readonly namespaced?: Readonly<Record<string, { readonly namespace: string; readonly name: string }>>;
}

const handledOfChoice: ReadonlySet<string> = new Set([
  'type',
  'name',
  'namespace',
  'function',
  'custom',
  'allowed_tools',
  'mode',
  'tools',
]);

/** Throws `GatewayError` `invalid_request` for a choice of tools that are not declared: without it the model would be free. */
export function chosenTools(choice: unknown, declared: NamedTools, path: string, warnings: Warning[]): ChosenTools {
  const { tools } = declared;
  if (choice === undefined || choice === null) return { tools, choice: undefined };
  if (choice === 'none' || choice === 'auto') return { tools, choice: { type: choice } };
  if (choice === 'required') {
    if (tools.length === 0) throw refuse({ path, message: 'No tool is declared' });
    return { tools, choice: { type: 'any' } };
  }
  if (!isObject(choice)) throw refuse({ path, message: "Input should be 'none', 'auto', 'required' or an object" });
  noteDropped(choice, handledOfChoice, path, warnings);
  if (choice.type === 'allowed_tools') return allowedTools(choice, declared, path, warnings);
  if (referredName(choice) === undefined) throw refuse({ path, message: 'The tool should be named' });
  const [name, another] = toolFinder(declared)(choice);
  if (name === undefined) throw refuse({ path, message: 'No tool of this name is declared' });
  if (another !== undefined) throw refuse({ path, message: 'Several namespaces have a tool of this name' });
  return { tools, choice: { type: 'tool', name } };
}

/** Chat nests the list (`allowed_tools.tools`), Responses does not. */
function allowedTools(choice: JsonObject, declared: NamedTools, path: string, warnings: Warning[]): ChosenTools {
  const nested = isObject(choice.allowed_tools);
  const allowed: JsonObject = isObject(choice.allowed_tools) ? choice.allowed_tools : choice;
  const listPath = nested ? `${path}.allowed_tools.tools` : `${path}.tools`;
  const { mode } = allowed;
  if (mode !== undefined && mode !== null && mode !== 'auto' && mode !== 'required') {
    const modePath = nested ? `${path}.allowed_tools.mode` : `${path}.mode`;
    throw refuse({ path: modePath, message: "Input should be 'auto' or 'required'" });
  }
  if (!Array.isArray(allowed.tools)) throw refuse({ path: listPath, message: 'Input should be a valid array' });
  const find = toolFinder(declared);
  const names = new Set<string>();
  const added = new Set<readonly string[]>();
  for (const [index, reference] of allowed.tools.entries()) {
    const found = find(reference);
    if (found.length === 0) warnings.push(inboundWarning('tool_dropped', `${listPath}.${index}`));
    // A namespace may be as long as the list of references to it.
    if (added.has(found)) continue;
    added.add(found);
    for (const name of found) names.add(name);
  }
  if (names.size === 0) throw refuse({ path: listPath, message: 'None of these tools is declared' });
  return {
    tools: declared.tools.filter((tool) => 'name' in tool && names.has(tool.name)),
    choice: { type: mode === 'required' ? 'any' : 'auto' },
  };
}

/**
 * Finds the names in the list of tools that a reference means: a namespace means all of its tools, a bare name those of every
 * namespace. References to the same tools get the same list.
 */
function toolFinder({ tools, namespaced = {} }: NamedTools): (reference: unknown) => readonly string[] {
  const names = new Set(tools.flatMap((tool) => ('name' in tool ? [tool.name] : [])));
  const inNamespace = new Map<string, string[]>();
  const withName = new Map<string, string[]>();
  const withBoth = new Map<string, string[]>();
  for (const [flat, known] of Object.entries(namespaced)) {
    if (!names.has(flat)) continue;
    listIn(inNamespace, known.namespace).push(flat);
    listIn(withName, known.name).push(flat);
    listIn(withBoth, JSON.stringify([known.namespace, known.name])).push(flat);
  }
  return (reference) => {
    const name = referredName(reference);
    if (name === undefined || !isObject(reference)) return [];
    const { type, namespace } = reference;
    if (type === 'namespace') return inNamespace.get(name) ?? [];
    if (typeof namespace !== 'string') return names.has(name) ? [name] : (withName.get(name) ?? []);
    return withBoth.get(JSON.stringify([namespace, name])) ?? [];
  };
}

function listIn(lists: Map<string, string[]>, key: string): string[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}

/** Chat nests the name (`function.name`), Responses does not; hosted tools have only a type. */
function referredName(reference: unknown): string | undefined {
  if (!isObject(reference)) return undefined;
  for (const owner of [reference, reference.function, reference.custom]) {
    if (isObject(owner) && typeof owner.name === 'string') return owner.name;
  }
  return typeof reference.type === 'string' && reference.type.startsWith('web_search') ? 'web_search' : undefined;
}

/** `tools` and `tool_choice` of a canonical request; nothing at all without tools, as a choice among none is refused. */
export function toolMembers(
  { tools, choice }: ChosenTools,
  parallel: unknown,
): { tools?: ToolUnion[]; tool_choice?: ToolChoice } {
  if (tools.length === 0) return {};
  const serial = parallel === false;
  if (!serial || choice?.type === 'none') return { tools: [...tools], ...(choice && { tool_choice: choice }) };
  return { tools: [...tools], tool_choice: { ...(choice ?? { type: 'auto' }), disable_parallel_tool_use: true } };
}
