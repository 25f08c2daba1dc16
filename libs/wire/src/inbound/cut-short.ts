import type { StopReason } from '../messages/messages.js';

/**
 * Whether there is more to come that will not. A `pause_turn`, in which Anthropic's own tools stop in the middle of a long turn, is
 * one: the other dialects cannot go on with it, and their word for a limit is the only one they have for half an answer.
 */
export function isCutShort(stopReason: StopReason | null): boolean {
  return stopReason === 'max_tokens' || stopReason === 'model_context_window_exceeded' || stopReason === 'pause_turn';
}
