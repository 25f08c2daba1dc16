export interface DirectivePair {
  readonly key: string;
  /** Absent for a bare word such as `reset`. Quotes are taken off; JSON stays as it was written. */
  readonly value?: string;
}

export const promptMarker = '[[sim:';
const promptEnd = ']]';

/** The pairs of every `[[sim: …]]` in a text, in order, and the text without them. */
export function extractPromptDirectives(text: string): {
  readonly directives: DirectivePair[][];
  readonly rest: string;
} {
  const directives: DirectivePair[][] = [];
  let rest = '';
  let position = 0;
  for (let start = text.indexOf(promptMarker); start !== -1; start = text.indexOf(promptMarker, position)) {
    rest += text.slice(position, start);
    const read = readPairs(text, start + promptMarker.length, promptEnd);
    directives.push(read.pairs);
    position = read.end;
  }
  return { directives, rest: (rest + text.slice(position)).trim() };
}

/** Reads `key=value key="quoted" key={"json":1} word`, parted by blanks or semicolons. */
export function readDirectivePairs(source: string): DirectivePair[] {
  return readPairs(source, 0, undefined).pairs;
}

function readPairs(
  source: string,
  start: number,
  terminator: string | undefined,
): { pairs: DirectivePair[]; end: number } {
  const pairs: DirectivePair[] = [];
  let position = start;
  while (position < source.length) {
    if (terminator !== undefined && source.startsWith(terminator, position)) {
      return { pairs, end: position + terminator.length };
    }
    if (/[\s;]/.test(source.charAt(position))) {
      position += 1;
      continue;
    }
    const key = matchAt(/[^\s;=\]]+/y, source, position);
    if (key === '') throw new Error(`simulator: unexpected ${JSON.stringify(source.charAt(position))} in a directive`);
    position += key.length;
    if (source.charAt(position) !== '=') {
      pairs.push({ key });
      continue;
    }
    const { value, end } = readValue(source, position + 1, terminator);
    pairs.push({ key, value });
    position = end;
  }
  if (terminator !== undefined) throw new Error(`simulator: a directive lacks its ${terminator}`);
  return { pairs, end: position };
}

function readValue(source: string, start: number, terminator: string | undefined): { value: string; end: number } {
  const first = source.charAt(start);
  if (first === '"') {
    const quoted = matchAt(/"(?:[^"\\]|\\[^])*"/y, source, start);
    if (quoted === '') throw new Error('simulator: a directive has an unclosed quote');
    return { value: unquote(quoted), end: start + quoted.length };
  }
  if (first === '{' || first === '[') {
    const end = endOfJson(source, start);
    return { value: source.slice(start, end), end };
  }
  const bare = matchAt(/[^\s;]*/y, source, start);
  const cut = terminator === undefined ? -1 : bare.indexOf(terminator);
  const value = cut === -1 ? bare : bare.slice(0, cut);
  return { value, end: start + value.length };
}

/** People press Enter inside quotes, which JSON forbids. */
function unquote(quoted: string): string {
  const value: unknown = JSON.parse(
    quoted
      .replaceAll('\n', String.raw`\n`)
      .replaceAll('\r', '')
      .replaceAll('\t', String.raw`\t`),
  );
  return String(value);
}

function endOfJson(source: string, start: number): number {
  let depth = 0;
  let position = start;
  while (position < source.length) {
    const character = source.charAt(position);
    if (character === '"') {
      position += Math.max(1, matchAt(/"(?:[^"\\]|\\[^])*"/y, source, position).length);
      continue;
    }
    if (character === '{' || character === '[') depth += 1;
    if (character === '}' || character === ']') depth -= 1;
    position += 1;
    if (depth === 0) return position;
  }
  throw new Error('simulator: a directive has unclosed JSON');
}

function matchAt(pattern: RegExp, source: string, position: number): string {
  pattern.lastIndex = position;
  return pattern.exec(source)?.[0] ?? '';
}
