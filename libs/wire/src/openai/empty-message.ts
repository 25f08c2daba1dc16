import type { Message } from '../messages/messages.js';
import type { AnswerContext } from '../translation.js';
import { noUsage } from './usage.js';

/** `context_management` is a beta member: the stable type of a message does not have it. */
export const appliedEdits = { context_management: { applied_edits: [] } };

/** A canonical message that has been begun and not ended. */
export function emptyMessage(id: string, context: AnswerContext): Message {
  return {
    id,
    type: 'message',
    role: 'assistant',
    model: context.model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    container: null,
    diagnostics: null,
    usage: noUsage(),
    ...(context.contextManagement ? appliedEdits : {}),
  };
}
