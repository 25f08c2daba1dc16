/** Of ECMAScript 2026; Node has them, TypeScript's libraries do not yet. */
interface ExactJson {
  /** Stands for a number of exactly this text in `JSON.stringify`. */
  rawJSON(text: string): unknown;
  isRawJSON(value: unknown): boolean;
}

const exact = JSON as unknown as ExactJson;

/**
 * A number that `JSON.stringify` writes as `source`: an object where JavaScript would write it in another way, else the number
 * itself. Only for what is written again.
 */
export function exactNumber(source: string): unknown {
  const value = Number(source);
  return String(value) === source ? value : exact.rawJSON(source);
}

/** Whether an object stands for a number: it must be kept as it is, as a copy of its members stands for nothing. */
export function isExactNumber(value: object): boolean {
  return exact.isRawJSON(value);
}
