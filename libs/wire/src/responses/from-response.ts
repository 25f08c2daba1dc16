import { GatewayError } from '../gateway-error.js';
import type { ContentBlock } from '../messages/messages.js';
import { errorFromUpstreamEvent } from '../openai/error-from-upstream.js';
import { newMessageId } from '../openai/message-id.js';
import { isObject, objectsIn, stringIn } from '../json-object.js';
import type { AnswerContext, CanonicalAnswer } from '../translation.js';
import { endingOf } from './responses-ending.js';
import { AnswerSoFar } from '../openai/answer-so-far.js';
import { emptyMessage } from '../openai/message-writer.js';
import { blocksOf } from './output-blocks.js';

/** A whole Responses answer as a message. Throws `GatewayError` when it reports a failure or is not a response at all. */
export function fromResponsesAnswer(json: unknown, context: AnswerContext): CanonicalAnswer {
  if (!isObject(json)) throw invalid();
  const status = stringIn(json, 'status');
  if (status === 'failed' || status === 'cancelled' || isObject(json.error)) {
    throw errorFromUpstreamEvent(json, context.model);
  }
  if (!Array.isArray(json.output) || status === 'in_progress' || status === 'queued') throw invalid();

  const answer = new AnswerSoFar(context);
  const content: ContentBlock[] = [];
  for (const [index, item] of objectsIn(json, 'output').entries()) {
    if (answer.stopSequence === null) content.push(...blocksOf(item, `output.${index}`, answer));
  }
  const ending = endingOf(json, answer);
  return {
    message: {
      ...emptyMessage(newMessageId(), context),
      content,
      stop_reason: ending.stopReason,
      stop_sequence: ending.stopSequence,
      stop_details: ending.stopDetails,
      usage: ending.usage,
    },
    warnings: answer.warnings,
  };
}

function invalid(): GatewayError {
  return new GatewayError('upstream_invalid_answer', "The upstream's answer is not a response");
}
