import { isRecord } from '../openai/record.js';

/** A parsed JSON object of which nothing is known: upstreams leave members out and send others with the wrong type. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The member if it is an object. */
export function objectIn(object: JsonObject, key: string): JsonObject | undefined {
  const value = object[key];
  return isRecord(value) ? value : undefined;
}

/** The member if it is a string, else `''`. */
export function stringIn(object: JsonObject, key: string): string {
  const value = object[key];
  return typeof value === 'string' ? value : '';
}

/** The objects in the member, if that is an array. */
export function objectsIn(object: JsonObject, key: string): readonly JsonObject[] {
  const value = object[key];
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
