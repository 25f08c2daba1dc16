/** A symbol, so that no upstream is ever sent it. */
const mark = Symbol('priority tier');

/** Marks `service_tier: "auto"` as what stands for OpenAI's `priority`: at Anthropic it asks for the same, at OpenAI it does not. */
export function ofPriorityTier<const Member extends object>(member: Member): Member {
  return { ...member, [mark]: true };
}

/** Whether the client of a request asked for OpenAI's priority tier. */
export function wantsPriorityTier(request: object): boolean {
  return mark in request;
}
