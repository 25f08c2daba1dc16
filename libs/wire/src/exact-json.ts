import { isObject } from './json-object.js';

/** Of ECMAScript 2026; Node has them, TypeScript's libraries do not yet. */
interface ExactJson {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown;
  /** Stands for a number of exactly this text in `JSON.stringify`. */
  rawJSON(text: string): unknown;
}

const exact = JSON as unknown as ExactJson;

/**
 * A JSON object whose numbers `JSON.stringify` gives back as they were written, also those that JavaScript cannot hold: ids of 64
 * bits are usual in the inputs of tools. Undefined where the text is no whole JSON object. Only for what is written again: a number
 * that is kept so is an object.
 */
export function exactJsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value = exact.parse(text, (_key, member, { source }) =>
      typeof member === 'number' && source !== undefined && String(member) !== source ? exact.rawJSON(source) : member,
    );
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
