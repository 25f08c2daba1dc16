import type { ContentBlock, StopReason } from './messages.js';

/** A symbol, so that no Anthropic client is ever sent it. */
const mark: unique symbol = Symbol('arguments of a call that was cut off');

type ToolUse = Extract<ContentBlock, { type: 'tool_use' }> & { readonly [mark]?: string };

/**
 * Marks a call that ended in the middle of its arguments, whose `input` is what could be read of them. `args` is their JSON as far
 * as it came: the other dialects give it as it is, so that no client can take the call for one to be run.
 */
export function cutOffCall(block: ToolUse, args: string): ToolUse {
  return { ...block, [mark]: args };
}

export function isCutOffCall(block: ToolUse): boolean {
  return block[mark] !== undefined;
}

/** The arguments as JSON text, which ends in the middle where the call was cut off. */
export function argumentsOf(block: ToolUse): string {
  return block[mark] ?? JSON.stringify(block.input);
}

const inTheMiddle: ReadonlySet<StopReason | null> = new Set(['max_tokens', 'model_context_window_exceeded', 'refusal']);

/** Whether an answer that ended so may have ended in the middle of its last call. */
export function endsInTheMiddle(stopReason: StopReason | null): boolean {
  return inTheMiddle.has(stopReason);
}
