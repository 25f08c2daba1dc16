import { GatewayError } from '../gateway-error.js';
import { isObject } from '../json-object.js';
import type { AnswerSoFar } from '../openai/answer-so-far.js';
import { answerText } from '../upstream/answer-text.js';

/**
 * The text in a message's content, which is a string, or with some servers a list of parts: those of Mistral's reasoning models
 * hold their thinking too. A part of any other kind is a warning.
 */
export function textIn(content: unknown, answer: AnswerSoFar): string {
  if (typeof content === 'string') return content;
  if (content === null || content === undefined) return '';
  // Taken for nothing, a whole answer would be lost and look like an empty one.
  if (!Array.isArray(content) || !content.every(isObject))
    throw new GatewayError('upstream_invalid_answer', 'The upstream sent a text that is none.');
  let text = '';
  for (const part of content) {
    if (part.type === 'text') text += answerText(part, 'text');
    else if (part.type !== 'thinking') answer.warn('answer_item_dropped', 'content');
  }
  return text;
}
