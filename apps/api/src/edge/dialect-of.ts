import type { IncomingHttpHeaders } from 'node:http';
import type { Request } from 'express';
import type { Dialect } from '#wire';

const dialects: readonly (readonly [prefix: string, dialect: Dialect])[] = [
  ['/v1/messages', 'messages'],
  ['/v1/chat/', 'chat'],
  ['/v1/responses', 'responses'],
  ['/v1/completions', 'completions'],
  ['/v1/complete', 'complete'],
];

/**
 * The language of a request, in which its errors are said as well. Paths that are not one vendor's alone, as `/v1/models`, and those
 * we do not serve, as `/v1/embeddings`, speak their client's; all that is outside of `/v1` speaks Anthropic's.
 */
export function dialectOf({ path, headers }: Pick<Request, 'path' | 'headers'>): Dialect {
  const dialect = dialects.find(([prefix]) => path.startsWith(prefix))?.[1];
  if (dialect !== undefined) return dialect;
  return path.startsWith('/v1/') && !asksAsAnthropic(headers) ? 'chat' : 'messages';
}

/** By what Anthropic's clients send and OpenAI's do not. */
function asksAsAnthropic(headers: IncomingHttpHeaders): boolean {
  if (headers['anthropic-version'] !== undefined || headers['x-api-key'] !== undefined) return true;
  return /^(?:claude-|anthropic\/)/i.test(headers['user-agent'] ?? '');
}
