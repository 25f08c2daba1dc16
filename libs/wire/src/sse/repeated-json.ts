import { isObject, type JsonObject } from '../json-object.js';
import { parseJsonText } from '../parse-json-text.js';

const quote = 34;
const backslash = 92;
const space = 32;

/** A stream that differs more than this in shape is not worth learning. */
const mostLessons = 16;

/** A member that is a string, and differs from text to text. */
interface Hole {
  readonly owner: Record<string, unknown>;
  readonly name: string;
  /** Where its characters begin and end. */
  readonly start: number;
  readonly end: number;
}

/** A text with holes: `pieces` stand around the values of `holes`. */
interface Frame {
  readonly value: JsonObject;
  readonly holes: readonly Hole[];
  readonly pieces: readonly string[];
}

/**
 * `JSON.parse` for a stream whose texts mostly repeat the one before but for a few values, as text deltas do: parsing each of
 * them whole took a fifth of a translated stream's CPU. A text that is the known one around other values is, by JSON's grammar,
 * the known value with these in it; whatever else comes is parsed.
 */
export class RepeatedJson {
  private frame: Frame | undefined;
  private lessons = 0;

  /**
   * @param text the member that every text worth learning has, a string
   * @param others members that may differ besides, if they are strings
   */
  constructor(
    private readonly text: string,
    private readonly others: readonly string[] = [],
  ) {}

  /** The value, which may be changed by the next call: keep no part of it. Throws `SyntaxError`. */
  parse(json: string): unknown {
    if (this.frame !== undefined && fill(this.frame, json)) return this.frame.value;
    const value: unknown = parseJsonText(json);
    if (this.lessons < mostLessons && isObject(value)) this.learn(json, value);
    return value;
  }

  private learn(json: string, value: JsonObject): void {
    // Without one every member is written as it is called, and every string means what it says.
    if (json.includes('\\')) return;
    const main = holeIn(json, value, this.text);
    if (main === undefined) return;
    this.lessons += 1;
    const others = this.others.map((name) => holeIn(json, value, name)).filter((hole) => hole !== undefined);
    const holes = [main, ...others].toSorted((one, other) => one.start - other.start);
    const pieces = holes.map(({ start }, index) => json.slice(holes[index - 1]?.end ?? 0, start));
    this.frame = { value, holes, pieces: [...pieces, json.slice(holes.at(-1)?.end)] };
  }
}

/** Undefined where the member is not there, is there twice, or has another kind of value. */
function holeIn(json: string, value: JsonObject, name: string): Hole | undefined {
  // Inside a string the quotes would be escaped: this can only be the member itself.
  const key = `"${name}":`;
  const at = json.indexOf(key);
  if (at === -1 || at !== json.lastIndexOf(key)) return undefined;
  const owner = ownerOf(value, name);
  if (owner === undefined) return undefined;
  const start = at + key.length + (json.charCodeAt(at + key.length) === space ? 2 : 1);
  const end = json.charCodeAt(start - 1) === quote ? endOfText(json, start) : -1;
  return end !== -1 && owner[name] === json.slice(start, end) ? { owner, name, start, end } : undefined;
}

function ownerOf(value: unknown, name: string): Record<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (isObject(value) && Object.hasOwn(value, name)) return value;
  for (const member of Object.values(value)) {
    const owner = ownerOf(member, name);
    if (owner !== undefined) return owner;
  }
  return undefined;
}

/** Sets the holes to the text's values, if all else is the same. */
function fill({ holes, pieces }: Frame, json: string): boolean {
  const values: string[] = [];
  let at = 0;
  for (let index = 0; index < holes.length; index += 1) {
    const piece = pieces[index];
    const hole = holes[index];
    // Compared as a slice, which V8 does by the word; `startsWith` goes by the character.
    if (piece === undefined || hole === undefined || json.slice(at, at + piece.length) !== piece) return false;
    at += piece.length;
    const end = endOfText(json, at);
    if (end === -1) return false;
    values.push(json.slice(at, end));
    at = end;
  }
  const last = pieces[holes.length];
  if (last === undefined || json.slice(at) !== last) return false;
  for (let index = 0; index < holes.length; index += 1) {
    const hole = holes[index];
    const value = values[index];
    if (hole !== undefined) hole.owner[hole.name] = value;
  }
  return true;
}

/** Of a string that means what it says; -1 for one with escapes, or with what JSON does not allow in one. */
function endOfText(json: string, start: number): number {
  for (let at = start; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (code === quote) return at;
    if (code === backslash || code < space) return -1;
  }
  return -1;
}
