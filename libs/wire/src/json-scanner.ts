const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/** A value inside a JSON text, by byte offsets; `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Member {
  /** Where the key's opening quote is. */
  readonly keyStart: number;
  readonly key: string;
  readonly value: Span;
}

/**
 * Finds values in the bytes of a JSON text without building them. It uses no recursion, and takes only valid JSON for
 * granted: on other bytes it returns wrong or empty results, but always returns.
 */
export class JsonScanner {
  constructor(private readonly bytes: Buffer) {}

  /** The members of the object at `start`, in order, duplicates included; empty when there is no object. */
  members(start: number): Member[] {
    const found: Member[] = [];
    let at = this.skipSpace(start);
    if (this.bytes[at] !== openBrace) return found;
    at = this.skipSpace(at + 1);
    while (this.bytes[at] === quote) {
      const keyStart = at;
      const keyEnd = this.skipString(at);
      at = this.skipSpace(keyEnd);
      if (this.bytes[at] !== colon) return found;
      const value = this.value(at + 1);
      found.push({ keyStart, key: this.text({ start: keyStart, end: keyEnd }), value });
      at = this.skipSpace(value.end);
      if (this.bytes[at] !== comma) return found;
      at = this.skipSpace(at + 1);
    }
    return found;
  }

  /** The elements of the array at `start`; empty when there is no array. */
  elements(start: number): Span[] {
    const found: Span[] = [];
    let at = this.skipSpace(start);
    if (this.bytes[at] !== openBracket) return found;
    at = this.skipSpace(at + 1);
    if (this.bytes[at] === closeBracket) return found;
    while (at < this.bytes.length) {
      const value = this.value(at);
      found.push(value);
      at = this.skipSpace(value.end);
      if (this.bytes[at] !== comma) return found;
      at = this.skipSpace(at + 1);
    }
    return found;
  }

  /** The string at `span`, unescaped; `''` when it is something else. */
  text(span: Span): string {
    if (this.bytes[span.start] !== quote) return '';
    const inner = this.bytes.subarray(span.start + 1, span.end - 1);
    if (!inner.includes(backslash)) return inner.toString();
    try {
      return String(JSON.parse(this.bytes.toString('utf8', span.start, span.end)));
    } catch {
      return '';
    }
  }

  /** The value that begins at or after `from`, without the white space around it. */
  value(from: number): Span {
    const start = this.skipSpace(from);
    const first = this.bytes[start];
    if (first === quote) return { start, end: this.skipString(start) };
    if (first === openBrace || first === openBracket) return { start, end: this.skipContainer(start) };
    let end = start;
    while (end < this.bytes.length && !this.endsScalar(this.bytes[end])) end++;
    return { start, end };
  }

  skipSpace(from: number): number {
    let at = from;
    for (;;) {
      const byte = this.bytes[at];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return at;
      at++;
    }
  }

  private endsScalar(byte: number | undefined): boolean {
    return (
      byte === comma ||
      byte === closeBrace ||
      byte === closeBracket ||
      byte === 0x20 ||
      byte === 0x0a ||
      byte === 0x0d ||
      byte === 0x09
    );
  }

  private skipContainer(start: number): number {
    let depth = 0;
    let at = start;
    while (at < this.bytes.length) {
      const byte = this.bytes[at];
      if (byte === quote) {
        at = this.skipString(at);
        continue;
      }
      at++;
      if (byte === openBrace || byte === openBracket) depth++;
      else if (byte === closeBrace || byte === closeBracket) {
        depth--;
        if (depth === 0) return at;
      }
    }
    return at;
  }

  /** Past the closing quote of the string that opens at `start`. Most are short; long ones (images) are searched natively. */
  private skipString(start: number): number {
    let at = start + 1;
    const nearEnd = Math.min(at + 48, this.bytes.length);
    while (at < nearEnd) {
      const byte = this.bytes[at];
      if (byte === quote) return at + 1;
      at += byte === backslash ? 2 : 1;
    }
    for (let from = at; ;) {
      const end = this.bytes.indexOf(quote, from);
      if (end === -1) return this.bytes.length;
      let slashes = 0;
      while (end - 1 - slashes >= at && this.bytes[end - 1 - slashes] === backslash) slashes++;
      if (slashes % 2 === 0) return end + 1;
      from = end + 1;
    }
  }
}
