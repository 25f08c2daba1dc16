import { type JsonObject, objectIn, stringIn } from '../json-object.js';
import { answerEnding, type AnswerEnding, type EndReason } from '../openai/answer-ending.js';
import { usageFromOpenai } from '../openai/usage.js';
import type { ResponsesAnswer } from './responses-answer.js';

/**
 * @param response the upstream's response object in its last state; `undefined` when the answer was cut at a stop sequence
 *   before there was one
 */
export function responsesEnding(response: JsonObject | undefined, answer: ResponsesAnswer): AnswerEnding {
  const told = usageFromOpenai(response?.usage, response?.service_tier);
  const ending = answerEnding(endReason(response, answer), told, answer);
  if (answer.webSearches === 0) return ending;
  const searches = { web_search_requests: answer.webSearches, web_fetch_requests: 0 };
  return { ...ending, usage: { ...ending.usage, server_tool_use: searches } };
}

function endReason(response: JsonObject | undefined, answer: ResponsesAnswer): EndReason {
  if (answer.stopSequence !== null) return 'stop_sequence';
  const details = response && objectIn(response, 'incomplete_details');
  const reason = details === undefined ? '' : stringIn(details, 'reason');
  // Also with a call in the answer: the limit may have cut its arguments.
  if (reason === 'max_output_tokens') return 'max_tokens';
  if (reason === 'content_filter') return 'content_filter';
  if (answer.cutOff) {
    // There are other reasons, and none at all: a client must not run half a call for any of them.
    answer.warn('finish_reason_unknown', 'stop_reason');
    return 'max_tokens';
  }
  if (answer.calledTool) return 'tool_use';
  if (answer.refusal !== undefined) return 'refusal';
  if (reason !== '') answer.warn('finish_reason_unknown', 'stop_reason');
  return 'end_turn';
}
