import { isObject, type JsonObject } from '../json-object.js';

/** More than one is never asked for; recorded streams exist that begin with another. */
export function isFirstChoice(choice: unknown): choice is JsonObject {
  return isObject(choice) && (choice.index === undefined || choice.index === 0);
}

/** Whether Azure's report on its content filter says that something was taken away. */
export function isFiltered(choice: JsonObject): boolean {
  const results = choice.content_filter_results;
  return isObject(results) && Object.values(results).some((result) => isObject(result) && result.filtered === true);
}

/** Failures also come inside an answer that began as a success. */
export function reportsError(body: JsonObject): boolean {
  const { error, object } = body;
  return isObject(error) || (typeof error === 'string' && error !== '') || object === 'error';
}
