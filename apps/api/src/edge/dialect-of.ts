import type { IncomingHttpHeaders } from 'node:http';
import type { Request } from 'express';
import type { Dialect } from '#wire';

const dialects: readonly (readonly [prefix: string, dialect: Dialect])[] = [
  ['/v1/chat/', 'chat'],
  ['/v1/responses', 'responses'],
  ['/v1/completions', 'completions'],
  ['/v1/complete', 'complete'],
];

/** The language of a request, in which its errors are said as well. Everything that is not OpenAI's speaks Anthropic's. */
export function dialectOf({ path, headers }: Pick<Request, 'path' | 'headers'>): Dialect {
  if (path === '/v1/models' || path.startsWith('/v1/models/')) return asksAsAnthropic(headers) ? 'messages' : 'chat';
  return dialects.find(([prefix]) => path.startsWith(prefix))?.[1] ?? 'messages';
}

/** Both vendors list models at the same path: the headers tell who is asked. */
function asksAsAnthropic(headers: IncomingHttpHeaders): boolean {
  if (headers['anthropic-version'] !== undefined || headers['x-api-key'] !== undefined) return true;
  return /^(?:claude-|anthropic\/)/i.test(headers['user-agent'] ?? '');
}
