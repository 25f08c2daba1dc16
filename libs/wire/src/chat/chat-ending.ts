import type { Usage } from '../messages/messages.js';
import { answerEnding, type AnswerEnding, type EndReason } from '../openai/answer-ending.js';
import type { AnswerSoFar } from '../openai/answer-so-far.js';

/** What a Chat answer says about its end. */
export interface ChatFinish {
  /** `finish_reason`; `undefined` when there is none. */
  readonly reason: string | undefined;
  /** A content filter says that it took something away. */
  readonly filtered: boolean;
}

/** OpenAI's word, Mistral's for the end of the context, and Anthropic's, which some relays leave as it is. */
const limits: ReadonlySet<string> = new Set(['length', 'model_length', 'max_tokens']);
const ordinary: ReadonlySet<string> = new Set(['stop', 'tool_calls', 'function_call', 'eos', 'end_turn']);

/** Whether the model was stopped, so that half a call is what is to be expected. */
export function isCutOff({ reason, filtered }: ChatFinish): boolean {
  return (reason !== undefined && limits.has(reason)) || reason === 'content_filter' || filtered;
}

/** @param told what the upstream told of usage */
export function chatEnding(finish: ChatFinish, told: Usage | undefined, answer: AnswerSoFar): AnswerEnding {
  return answerEnding(endReason(finish, answer), told, answer);
}

function endReason({ reason, filtered }: ChatFinish, answer: AnswerSoFar): EndReason {
  if (answer.stopSequence !== null) return 'stop_sequence';
  if (reason !== undefined && limits.has(reason)) return 'max_tokens';
  if (reason === 'content_filter' || filtered) return 'content_filter';
  if (reason === undefined || !ordinary.has(reason)) answer.warn('finish_reason_unknown', 'stop_reason');
  // Whatever the reason says: OpenAI sends `stop` when a named tool was forced, compatible servers at all times.
  if (answer.calledTool) return 'tool_use';
  return answer.refusal === undefined ? 'end_turn' : 'refusal';
}
