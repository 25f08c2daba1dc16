import { isObject, type JsonObject, objectsIn } from '../json-object.js';
import type { AnswerSoFar } from '../openai/answer-so-far.js';

/** Warns of the pictures and the speech in a Chat message or a delta of one: a message has no blocks for what a model makes of them. */
export function warnOfMedia(message: JsonObject, answer: AnswerSoFar): void {
  if (objectsIn(message, 'images').length > 0) answer.warnOnce('answer_item_dropped', 'images');
  if (isObject(message.audio)) answer.warnOnce('answer_item_dropped', 'audio');
}
