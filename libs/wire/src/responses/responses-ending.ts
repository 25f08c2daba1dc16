import type Anthropic from '@anthropic-ai/sdk';

import type { StopReason, Usage } from '../messages/messages.js';
import { estimatedUsage, usageFromOpenai } from '../openai/usage.js';
import type { AnswerSoFar } from '../openai/answer-so-far.js';
import { type JsonObject, objectIn, stringIn } from '../json-object.js';

/** How an answer ended, in Anthropic's terms. */
export interface AnswerEnding {
  readonly stopReason: StopReason;
  readonly stopSequence: string | null;
  readonly stopDetails: Anthropic.Messages.RefusalStopDetails | null;
  readonly usage: Usage;
}

const filtered = "The upstream's content filter stopped the answer.";

/**
 * @param response the upstream's response object in its last state; `undefined` when the answer was cut at a stop sequence
 *   before there was one
 */
export function endingOf(response: JsonObject | undefined, answer: AnswerSoFar): AnswerEnding {
  const stopReason = stopReasonOf(response, answer);
  const explanation = answer.refusal ?? filtered;
  return {
    stopReason,
    stopSequence: answer.stopSequence,
    stopDetails: stopReason === 'refusal' ? { type: 'refusal', category: null, explanation } : null,
    usage: usageOf(response, answer),
  };
}

function stopReasonOf(response: JsonObject | undefined, answer: AnswerSoFar): StopReason {
  if (answer.stopSequence !== null) return 'stop_sequence';
  const details = response && objectIn(response, 'incomplete_details');
  const reason = details === undefined ? '' : stringIn(details, 'reason');
  // Also with a call in the answer: the limit may have cut its arguments.
  if (reason === 'max_output_tokens') return 'max_tokens';
  if (reason === 'content_filter') return 'refusal';
  if (answer.calledTool) return 'tool_use';
  if (answer.refusal !== undefined) return 'refusal';
  if (reason !== '') answer.warn('finish_reason_unknown', 'stop_reason');
  return 'end_turn';
}

function usageOf(response: JsonObject | undefined, answer: AnswerSoFar): Usage {
  let usage = usageFromOpenai(response?.usage, response?.service_tier);
  if (usage === undefined) {
    answer.warn('usage_estimated', 'usage');
    usage = estimatedUsage(answer.outputChars);
  }
  if (answer.webSearches === 0) return usage;
  return { ...usage, server_tool_use: { web_search_requests: answer.webSearches, web_fetch_requests: 0 } };
}
