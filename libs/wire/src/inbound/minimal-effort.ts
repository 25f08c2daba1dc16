/** A symbol, so that no upstream is ever sent it. */
const mark = Symbol('minimal effort');

/** Marks thinking beside the effort `low` as wanted in OpenAI's smaller measure `minimal`, which Anthropic does not know. */
export function ofMinimalEffort<const Thinking extends object>(thinking: Thinking): Thinking {
  return { ...thinking, [mark]: true };
}

/** Whether `low` stands for `minimal`. */
export function hasMinimalEffort(thinking: object | null | undefined): boolean {
  return thinking !== null && thinking !== undefined && mark in thinking;
}
