import { exactNumber } from './exact-number.js';

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const literals: readonly (readonly [string, unknown])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

/** An object or array that has begun. */
interface Open {
  readonly value: Record<string, unknown> | unknown[];
  /** Of the member that is being read. */
  name: string;
  /** Whether a member around it is to be exact. */
  readonly isExact: boolean;
}

const nowhere: ReadonlySet<string> = new Set();

/**
 * What `JSON.parse` gives, and its errors, in several times its time. Any depth is read.
 * @param exact names of members in which numbers become {@link exactNumber}s
 */
export function readJson(text: string, exact: ReadonlySet<string> | 'everywhere' = nowhere): unknown {
  return new JsonReader(text, exact).read();
}

class JsonReader {
  private at = 0;
  /** Of any depth, which recursion is not. */
  private readonly open: Open[] = [];

  constructor(
    private readonly text: string,
    private readonly exact: ReadonlySet<string> | 'everywhere',
  ) {}

  read(): unknown {
    for (;;) {
      const value = this.begin();
      if (value === undefined) continue;
      const whole = this.end(value);
      if (whole !== undefined) return whole;
    }
  }

  /** A value that ends where it begins; undefined once an object or array with something in it has begun. */
  private begin(): unknown {
    switch (this.peek()) {
      case '{':
        this.at += 1;
        if (this.peek() === '}') return this.closed({});
        this.push({}, this.name());
        return undefined;
      case '[':
        this.at += 1;
        if (this.peek() === ']') return this.closed([]);
        this.push([], '');
        return undefined;
      case '"':
        return this.string();
      default:
        return this.word();
    }
  }

  /** Puts a value into what is open, and closes what ends with it. The whole, if it ends; undefined where a value is to follow. */
  private end(ended: unknown): unknown {
    let value = ended;
    for (let parent = this.open.at(-1); parent !== undefined; parent = this.open.at(-1)) {
      const list = Array.isArray(parent.value);
      put(parent, value);
      const after = this.peek();
      this.at += 1;
      if (after === ',') {
        if (!list) parent.name = this.name();
        return undefined;
      }
      if (after !== (list ? ']' : '}')) this.fail();
      ({ value } = parent);
      this.open.pop();
    }
    if (this.peek() !== '') this.fail();
    return value;
  }

  private push(value: Open['value'], name: string): void {
    this.open.push({ value, name, isExact: this.isExact() });
  }

  private isExact(): boolean {
    if (this.exact === 'everywhere') return true;
    const parent = this.open.at(-1);
    return parent !== undefined && (parent.isExact || this.exact.has(parent.name));
  }

  private closed<Value>(value: Value): Value {
    this.at += 1;
    return value;
  }

  private name(): string {
    if (this.peek() !== '"') this.fail();
    const name = this.string();
    if (this.peek() !== ':') this.fail();
    this.at += 1;
    return name;
  }

  private string(): string {
    const start = this.at;
    let end = start;
    do end = this.text.indexOf('"', end + 1);
    while (end !== -1 && this.isEscaped(end));
    if (end === -1) this.fail();
    this.at = end + 1;
    try {
      // Only names are read wrong, and this is none.
      return JSON.parse(this.text.slice(start, this.at)) as string;
    } catch {
      return this.fail();
    }
  }

  private isEscaped(quote: number): boolean {
    let at = quote;
    while (this.text.charAt(at - 1) === '\\') at -= 1;
    return (quote - at) % 2 === 1;
  }

  private word(): unknown {
    for (const [word, value] of literals) {
      if (!this.text.startsWith(word, this.at)) continue;
      this.at += word.length;
      return value;
    }
    number.lastIndex = this.at;
    const source = number.exec(this.text)?.[0] ?? this.fail();
    this.at += source.length;
    return this.isExact() ? exactNumber(source) : Number(source);
  }

  /** The next character that is no space; `''` at the end. */
  private peek(): string {
    for (;;) {
      const next = this.text.charAt(this.at);
      if (next !== ' ' && next !== '\n' && next !== '\r' && next !== '\t') return next;
      this.at += 1;
    }
  }

  /** Throws the engine's own error, which says where the fault is. */
  private fail(): never {
    JSON.parse(this.text);
    throw new SyntaxError('Unexpected token in JSON');
  }
}

function put({ value, name }: Open, member: unknown): void {
  if (Array.isArray(value)) value.push(member);
  // An assignment would set the prototype.
  else if (name === '__proto__') {
    Object.defineProperty(value, name, { value: member, writable: true, enumerable: true, configurable: true });
  } else value[name] = member;
}
