import { readJson } from './json-reader.js';

const quote = 34;
const backslash = 92;

/**
 * `JSON.parse` for what clients and upstreams send. Node 24's own takes an escaped member name for another one that an earlier text
 * had in this place (https://github.com/nodejs/node/issues/63785), be it another client's: texts with such a name, which are
 * rare, are read by {@link readJson}. Throws `SyntaxError`.
 */
export function parseJsonText(text: string): unknown {
  return hasEscapedName(text) ? readJson(text) : JSON.parse(text);
}

/** Whether a member's name is written with an escape. Exact for JSON; looks at colons, as a prompt has far more escapes than names. */
function hasEscapedName(text: string): boolean {
  const escape = text.indexOf('\\');
  if (escape === -1) return false;
  for (let at = text.indexOf(':', escape); at !== -1; at = text.indexOf(':', at + 1)) {
    let end = at - 1;
    while (isSpace(text.charCodeAt(end))) end -= 1;
    if (text.charCodeAt(end) === quote && isEscapedName(text, end)) return true;
  }
  return false;
}

/** @param end of the name: a quote before a colon, if it is not one within a string */
function isEscapedName(text: string, end: number): boolean {
  let at = end - 1;
  while (text.charCodeAt(at) === backslash) at -= 1;
  const backslashes = end - 1 - at;
  if (backslashes > 0) return backslashes % 2 === 0;
  for (; at >= 0; at -= 1) {
    const code = text.charCodeAt(at);
    if (code === backslash) return true;
    if (code === quote) return text.charCodeAt(at - 1) === backslash;
  }
  return false;
}

function isSpace(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9;
}
