import { exactJsonObject, holdsRounded } from '../exact-json.js';
import { exactNumber } from '../exact-number.js';
import { isObject } from '../json-object.js';
import { parseJsonText } from '../parse-json-text.js';

export interface ToolInput {
  readonly input: Record<string, unknown>;
  /** False when the text was no whole JSON object and `input` is what could be read of it. */
  readonly whole: boolean;
}

/** A tool call's arguments as the object that Anthropic's clients need; never throws. `''` is a call without arguments. */
export function parseToolInput(text: string): ToolInput {
  if (text.trim() === '') return { input: {}, whole: true };
  const parsed = completeToolInput(text);
  if (parsed !== undefined) return { input: parsed, whole: true };
  const partial = new PartialJson(text).read();
  return { input: isObject(partial) ? partial : {}, whole: false };
}

/** The arguments when they are one whole JSON object; a string that holds such an object counts, as some servers encode twice. */
export function completeToolInput(text: string): Record<string, unknown> | undefined {
  const parsed = jsonOf(text);
  if (isObject(parsed)) return exactly(parsed, text);
  const inner = typeof parsed === 'string' ? jsonOf(parsed) : undefined;
  return isObject(inner) && typeof parsed === 'string' ? exactly(inner, parsed) : undefined;
}

/** The input is only written again, in another place: ids of 64 bits keep their digits. */
function exactly(input: Record<string, unknown>, text: string): Record<string, unknown> {
  return holdsRounded(input) ? (exactJsonObject(text) ?? input) : input;
}

function jsonOf(text: string): unknown {
  try {
    return parseJsonText(text);
  } catch {
    return undefined;
  }
}

const missing = Symbol('missing');
/** Deeper nesting than any tool input has, and far from the stack's end. */
const maxDepth = 200;
const literal = /[^\s,\]}:]*/y;
const literals: Readonly<Record<string, unknown>> = { true: true, false: false, null: null };

/** Reads JSON that may end anywhere; what is incomplete is left out, but a string keeps what it has. */
class PartialJson {
  private at = 0;

  constructor(private readonly text: string) {}

  read(): unknown {
    return this.value(0);
  }

  private value(depth: number): unknown {
    const next = this.peek();
    if (next === undefined || depth > maxDepth) return missing;
    if (next === '{') return this.object(depth);
    if (next === '[') return this.array(depth);
    if (next === '"') return this.string()?.text ?? missing;
    return this.literal();
  }

  private object(depth: number): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    this.at += 1;
    while (this.peek() === '"') {
      const key = this.string();
      if (key === undefined || !key.closed || this.peek() !== ':') break;
      this.at += 1;
      const value = this.value(depth + 1);
      if (value === missing) break;
      entries.push([key.text, value]);
      if (this.peek() !== ',') break;
      this.at += 1;
    }
    if (this.peek() === '}') this.at += 1;
    return Object.fromEntries(entries);
  }

  private array(depth: number): unknown[] {
    const items: unknown[] = [];
    this.at += 1;
    for (;;) {
      const next = this.peek();
      if (next === undefined) return items;
      if (next === ']') break;
      const value = this.value(depth + 1);
      if (value === missing) return items;
      items.push(value);
      if (this.peek() !== ',') break;
      this.at += 1;
    }
    if (this.peek() === ']') this.at += 1;
    return items;
  }

  private string(): { readonly text: string; readonly closed: boolean } | undefined {
    const start = this.at;
    let end = start + 1;
    while (end < this.text.length && this.text[end] !== '"') end += this.text[end] === '\\' ? 2 : 1;
    const closed = this.text[end] === '"';
    this.at = Math.min(end + 1, this.text.length);
    if (closed) return textOf(this.text.slice(start, end + 1), true);
    // Cut in the middle of an escape (at most `\uXXXX`): give up characters until what is left reads as a string.
    for (let cut = this.text.length; cut > start && cut > this.text.length - 6; cut -= 1) {
      const text = textOf(`${this.text.slice(start, cut)}"`, false);
      if (text !== undefined) return text;
    }
    return undefined;
  }

  private literal(): unknown {
    literal.lastIndex = this.at;
    const word = literal.exec(this.text)?.[0] ?? '';
    this.at += word.length;
    if (word === '') return missing;
    if (Object.hasOwn(literals, word)) return literals[word];
    const number = jsonOf(word);
    return typeof number === 'number' ? exactNumber(word) : missing;
  }

  private peek(): string | undefined {
    while (this.at < this.text.length && ' \n\r\t'.includes(this.text.charAt(this.at))) this.at += 1;
    return this.text[this.at];
  }
}

function textOf(quoted: string, closed: boolean): { readonly text: string; readonly closed: boolean } | undefined {
  const text = jsonOf(quoted);
  return typeof text === 'string' ? { text, closed } : undefined;
}
