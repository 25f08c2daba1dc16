import { GatewayError } from '../gateway-error.js';
import { isObject, type JsonObject } from '../json-object.js';

/**
 * The list's objects, none where it is absent or null. Throws `upstream_invalid_answer` for anything else: what is left out of
 * an answer's list is lost, and the rest looks like all of it.
 */
export function answerObjects(object: JsonObject, key: string): readonly JsonObject[] {
  const list = object[key];
  if (list === undefined || list === null) return [];
  if (Array.isArray(list) && list.every(isObject)) return list;
  throw new GatewayError('upstream_invalid_answer', `The upstream sent ${key} that are no list of objects.`);
}
