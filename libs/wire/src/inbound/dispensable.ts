/** A symbol, so that no upstream is ever sent it. */
const mark = Symbol('dispensable');

/**
 * Marks a part of a request that may be left out where the model has no such thing, because its client does not insist on it.
 *
 * A hosted tool: Codex declares web search whatever stands behind the server, and refusing it would lock Codex out of every model
 * that cannot search. Where an Anthropic client asks for search, it wants it.
 *
 * A choice without parallel calls: the client did not ask for it, its form of an answer does.
 */
export function dispensable<Part extends object>(part: Part): Part {
  return { ...part, [mark]: true };
}

export function isDispensable(part: object): boolean {
  return mark in part;
}
