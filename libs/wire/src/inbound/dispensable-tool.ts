/** A symbol, so that no upstream is ever sent it. */
const mark = Symbol('dispensable');

/**
 * Marks a hosted tool as one that its client declares whatever stands behind the server: Codex does so with web search, and
 * refusing it would lock Codex out of every model that cannot search. Where an Anthropic client asks for search, it wants it.
 */
export function dispensable<Tool extends object>(tool: Tool): Tool {
  return { ...tool, [mark]: true };
}

/** Whether the tool may be left out, with a warning, where the model has no such thing. */
export function isDispensable(tool: object): boolean {
  return mark in tool;
}
