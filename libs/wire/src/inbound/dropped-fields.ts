import type { JsonObject } from '../json-object.js';
import type { Warning } from '../warning.js';
import { inboundWarning, type InboundWarningCode } from './compatibility.js';

/** How a field that has no counterpart is let go: with which warning, and which value says nothing. */
export interface DroppedField {
  readonly warning: InboundWarningCode;
  /** The default, which is dropped in silence. */
  readonly default?: unknown;
}

/** A warning for every member of `body` that is neither handled nor null nor at its default. */
export function droppedFields(
  body: JsonObject,
  handled: ReadonlySet<string>,
  dropped: Readonly<Record<string, DroppedField>>,
): Warning[] {
  const warnings: Warning[] = [];
  noteDropped(body, handled, undefined, warnings, dropped);
  return warnings;
}

/**
 * As {@link droppedFields}, for an object inside of the body: `path` is the object's. Adds one by one, as there may be more than a call
 * can have arguments, and allocates nothing where nothing is lost.
 */
export function noteDropped(
  owner: JsonObject,
  handled: ReadonlySet<string>,
  path: string | undefined,
  warnings: Warning[],
  dropped: Readonly<Record<string, DroppedField>> = {},
): void {
  for (const member in owner) {
    if (handled.has(member) || owner[member] === null || owner[member] === undefined) continue;
    const known = Object.hasOwn(dropped, member) ? dropped[member] : undefined;
    if (known && 'default' in known && known.default === owner[member]) continue;
    const code = known?.warning ?? 'unknown_field_dropped';
    warnings.push(inboundWarning(code, path === undefined ? member : `${path}.${member}`));
  }
}
