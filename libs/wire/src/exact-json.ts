import { isObject } from './json-object.js';
import { readJson } from './json-reader.js';

/**
 * A JSON object whose numbers `JSON.stringify` gives back as they were written, also those that JavaScript cannot hold: ids of 64
 * bits are usual in the inputs of tools. Undefined where the text is no whole JSON object. Only for what is written again: a number
 * that is kept so is an object.
 */
export function exactJsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value = readJson(text, 'everywhere');
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Members of requests and answers, in any dialect, that are passed on and never reckoned with: inputs of tools, and schemas. */
const passedOn: ReadonlySet<string> = new Set([
  'input',
  'arguments',
  'input_schema',
  'input_examples',
  'parameters',
  'schema',
]);

/**
 * A body again, with the numbers in its tools' inputs and its schemas kept as {@link exactJsonObject} does; the value itself
 * where no number of it can have been rounded, which is nearly always.
 * @param value what `text` was parsed to
 * @param text is only called for when it is needed
 */
export function withExactNumbers(value: unknown, text: () => string): unknown {
  return holdsRounded(value) ? readJson(text(), passedOn) : value;
}

/** Whether a parsed value holds a number that may have lost digits. */
export function holdsRounded(value: unknown): boolean {
  // A list and no recursion: answers may nest to any depth.
  const left = [value];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (typeof next === 'number' && isRounded(next)) return true;
    if (typeof next !== 'object' || next === null) continue;
    for (const member of Array.isArray(next) ? (next as unknown[]) : Object.values(next)) {
      if (typeof member === 'number' || typeof member === 'object') left.push(member);
    }
  }
  return false;
}

/** More than 53 bits, too large for any double, or with all the digits that a double has. */
function isRounded(value: number): boolean {
  if (Number.isSafeInteger(value)) return false;
  return Number.isInteger(value) || !Number.isFinite(value) || String(value).length >= 17;
}
