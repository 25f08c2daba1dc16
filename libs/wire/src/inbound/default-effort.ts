/** A symbol, so that no upstream is ever sent it. */
const mark = Symbol('default effort');

/**
 * Marks thinking as wanted in whatever measure the model has by default: a Responses client asks for a summary of its reasoning
 * and names no effort. In a Messages request the same words mean the effort `high`.
 */
export function ofDefaultEffort<const Thinking extends object>(thinking: Thinking): Thinking {
  return { ...thinking, [mark]: true };
}

/** Whether how much to think is left to the model. */
export function hasDefaultEffort(thinking: object | null | undefined): boolean {
  return thinking !== null && thinking !== undefined && mark in thinking;
}
