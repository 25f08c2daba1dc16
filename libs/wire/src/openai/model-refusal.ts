import type { Message, StopReason } from '../messages/messages.js';

/** A symbol, so that no Anthropic client is ever sent it. */
const mark = Symbol('refusal of the model');

/**
 * Marks a text block, or the stop details of an answer, as what OpenAI calls a refusal: the model's own words, in a member of
 * their own, at an ordinary end. To Anthropic's clients it is a text and a stop reason, and so is what a filter took away.
 */
export function modelRefusal<Part extends object>(part: Part): Part {
  return { ...part, [mark]: true };
}

/** Of details that a server made something else of, too. */
export function isModelRefusal(part: unknown): boolean {
  return typeof part === 'object' && part !== null && mark in part;
}

/** The stop reason as OpenAI's dialects tell it; `refusal` is left for a content filter and for Claude's refusals. */
export function openaiStopReason({
  stop_reason: reason,
  stop_details: details,
}: Pick<Message, 'stop_reason' | 'stop_details'>): StopReason | null {
  return isModelRefusal(details) ? 'end_turn' : reason;
}

/** What a refusal says that has no block of its own; `undefined` when the answer ended otherwise. */
export function refusalExplanation({
  stop_reason: reason,
  stop_details: details,
}: Pick<Message, 'stop_reason' | 'stop_details'>): string | undefined {
  return reason === 'refusal' ? details?.explanation || undefined : undefined;
}
