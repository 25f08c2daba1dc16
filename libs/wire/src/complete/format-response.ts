import { isCutShort } from '../inbound/cut-short.js';
import type { Message, StopReason } from '../messages/messages.js';
import type { CompleteEcho } from './parse-request.js';

/** Anthropic's legacy completion, which its SDK has no type for any more. */
export interface LegacyCompletion {
  readonly type: 'completion';
  readonly id: string;
  /** Begins with a space, as it follows `Assistant:`. */
  readonly completion: string;
  readonly stop_reason: 'stop_sequence' | 'max_tokens' | null;
  /** The sequence that matched. */
  readonly stop: string | null;
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
    stop_reason: legacyStopReason(message.stop_reason),
    stop: legacyStop(message.stop_reason, message.stop_sequence),
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

export function legacyStopReason(stopReason: StopReason | null): LegacyCompletion['stop_reason'] {
  return isCutShort(stopReason) ? 'max_tokens' : 'stop_sequence';
}

/** An answer that ended by itself was, to these clients, one that came to the next human turn. */
export function legacyStop(stopReason: StopReason | null, sequence: string | null): string | null {
  return legacyStopReason(stopReason) === 'max_tokens' ? null : (sequence ?? '\n\nHuman:');
}
