import type { Dialect } from '#wire';

const dialects: readonly (readonly [prefix: string, dialect: Dialect])[] = [
  ['/v1/chat/', 'chat'],
  ['/v1/responses', 'responses'],
  ['/v1/completions', 'completions'],
  ['/v1/complete', 'complete'],
];

/** The language in which an error on this path is said. Everything that is not OpenAI's speaks Anthropic's. */
export function dialectOfPath(path: string): Dialect {
  return dialects.find(([prefix]) => path.startsWith(prefix))?.[1] ?? 'messages';
}
