import { GatewayError } from '../gateway-error.js';
import { isObject } from '../json-object.js';

/** The text in a message's content, which is a string, or with some servers a list of parts. */
export function textIn(content: unknown): string {
  if (typeof content === 'string') return content;
  if (content === null || content === undefined) return '';
  // Taken for nothing, a whole answer would be lost and look like an empty one.
  if (!Array.isArray(content))
    throw new GatewayError('upstream_invalid_answer', 'The upstream sent a text that is none.');
  let text = '';
  for (const part of content) {
    if (isObject(part) && part.type === 'text' && typeof part.text === 'string') text += part.text;
  }
  return text;
}
