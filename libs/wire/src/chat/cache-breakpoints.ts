import { textPart, type ChatPart, type ChatTextPart } from './chat-content.js';
import type { ChatMessage } from './chat-messages.js';

/** Writes a request may make; the last ones reach furthest. */
const maxBreakpoints = 4;

/**
 * Leaves the last four breakpoints. `automatic` is Anthropic's top-level `cache_control`: one on the last text of all.
 * Changes the messages in place.
 */
export function limitBreakpoints(messages: ChatMessage[], automatic: boolean): void {
  if (automatic) markLastText(messages);
  const marked = messages.flatMap((message) =>
    Array.isArray(message.content) ? message.content.filter(isMarked) : [],
  );
  for (const part of marked.slice(0, -maxBreakpoints)) delete part.prompt_cache_breakpoint;
}

function markLastText(messages: ChatMessage[]): void {
  const last = messages.findLast(({ content }) =>
    typeof content === 'string' ? content !== '' : Array.isArray(content),
  );
  if (last === undefined) return;
  if (typeof last.content === 'string') {
    last.content = [textPart(last.content, true)];
    return;
  }
  const text = (last.content ?? []).findLast((part): part is ChatTextPart => part.type === 'text');
  if (text !== undefined) text.prompt_cache_breakpoint = { mode: 'explicit' };
}

function isMarked(part: ChatPart | { readonly type: 'refusal' }): part is ChatTextPart {
  return part.type === 'text' && part.prompt_cache_breakpoint !== undefined;
}
