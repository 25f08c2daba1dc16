import { isObject } from '../json-object.js';
import { GatewayError } from '../gateway-error.js';
import type { AnswerContext, CanonicalAnswer } from '../translation.js';
import { completeMessage, isContentBlock } from './complete-message.js';

/** An Anthropic upstream's plain answer in the client's terms. Throws `upstream_invalid_answer` when it is no message. */
export function fromMessagesResponse(json: unknown, context: AnswerContext): CanonicalAnswer {
  const content: unknown[] = isObject(json) && Array.isArray(json.content) ? json.content : [undefined];
  if (!isObject(json) || !content.every(isContentBlock)) {
    throw new GatewayError('upstream_invalid_answer', 'The upstream answered with something that is no message.');
  }
  return { message: completeMessage(json, content, context.model), warnings: [] };
}
