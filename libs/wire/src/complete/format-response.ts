import { isCutShort } from '../inbound/cut-short.js';
import type { Message } from '../messages/messages.js';
import type { CompleteEcho } from './parse-request.js';

/** Anthropic's legacy completion, which its SDK has no type for any more. */
export interface LegacyCompletion {
  readonly type: 'completion';
  readonly id: string;
  /** Begins with a space, as it follows `Assistant:`. */
  readonly completion: string;
  /** `refusal` is younger than the old models: without it half an answer would look like a whole one. */
  readonly stop_reason: 'stop_sequence' | 'max_tokens' | 'refusal' | null;
  /** The sequence that matched. */
  readonly stop: string | null;
  /** Why an answer was refused, as a message tells it. */
  readonly stop_details?: Message['stop_details'];
  readonly model: string;
  readonly log_id: string;
}

/** A canonical answer as a legacy completion: its texts, and nothing else of it. */
export function formatCompleteResponse(message: Message, echo: CompleteEcho): LegacyCompletion {
  const text = message.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
  const id = legacyId(message.id);
  return {
    type: 'completion',
    id,
    completion: withSpace(text),
    ...legacyEnding(message),
    model: echo.model,
    log_id: id,
  };
}

export function legacyId(messageId: string): string {
  return `compl_${messageId.replace(/^msg_/, '')}`;
}

export function withSpace(text: string): string {
  return /^\s/.test(text) ? text : ` ${text}`;
}

type LegacyEnding = Pick<LegacyCompletion, 'stop_reason' | 'stop' | 'stop_details'>;

export function legacyEnding({
  stop_reason: reason,
  stop_sequence: sequence,
  stop_details: details,
}: Pick<Message, 'stop_reason' | 'stop_sequence' | 'stop_details'>): LegacyEnding {
  if (reason === 'refusal') return { stop_reason: 'refusal', stop: null, ...(details && { stop_details: details }) };
  if (isCutShort(reason)) return { stop_reason: 'max_tokens', stop: null };
  // An answer that ended by itself was, to these clients, one that came to the next human turn.
  return { stop_reason: 'stop_sequence', stop: sequence ?? '\n\nHuman:' };
}
