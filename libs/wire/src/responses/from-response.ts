import { append } from '../append.js';
import { GatewayError } from '../gateway-error.js';
import type { ContentBlock } from '../messages/messages.js';
import { errorFromUpstreamEvent } from '../openai/error-from-upstream.js';
import { wholeAnswer } from '../openai/answer-ending.js';
import { answerObjects } from '../upstream/answer-objects.js';
import { isObject, stringIn } from '../json-object.js';
import type { AnswerContext, CanonicalAnswer } from '../translation.js';
import { responsesEnding } from './responses-ending.js';
import { ResponsesAnswer } from './responses-answer.js';
import { blocksOf } from './output-blocks.js';
import { usageFromResponsesBody } from './usage-tap.js';

/** A whole Responses answer as a message. Throws `GatewayError` when it reports a failure or is not a response at all. */
export function fromResponsesAnswer(json: unknown, context: AnswerContext): CanonicalAnswer {
  if (!isObject(json)) throw invalid();
  const status = stringIn(json, 'status');
  if (status === 'failed' || status === 'cancelled' || isObject(json.error)) {
    throw errorFromUpstreamEvent(json, context.model);
  }
  if (!Array.isArray(json.output) || status === 'in_progress' || status === 'queued') throw invalid();

  const answer = new ResponsesAnswer(context);
  answer.noteModel(json);
  answer.cutOff = status === 'incomplete';
  const content: ContentBlock[] = [];
  for (const [index, item] of answerObjects(json, 'output').entries()) {
    if (answer.stopSequence === null) append(content, blocksOf(item, `output.${index}`, answer));
  }
  return wholeAnswer(content, responsesEnding(json, answer), usageFromResponsesBody(json), answer);
}

function invalid(): GatewayError {
  return new GatewayError('upstream_invalid_answer', "The upstream's answer is not a response");
}
