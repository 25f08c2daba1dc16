import { GatewayError } from '../gateway-error.js';
import type { JsonObject } from '../json-object.js';

/**
 * The member's text, `''` where it is absent or null. Throws `upstream_invalid_answer` for anything else: taken for nothing, an
 * answer of the wrong type would be lost and look like an empty one.
 */
export function answerText(object: JsonObject, key: string): string {
  const value = object[key];
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  throw new GatewayError('upstream_invalid_answer', `The upstream sent a ${key} that is no text.`);
}

/** The name of a tool that the upstream calls. Throws `upstream_invalid_answer` when there is none. */
export function calledName(call: JsonObject): string {
  const name = answerText(call, 'name');
  if (name === '') throw new GatewayError('upstream_invalid_answer', 'The upstream called a tool without a name');
  return name;
}
