import type { IncomingMessage } from 'node:http';
import { KeyDigest } from '#gateway';

const digested = Symbol('presented key');

interface Presenting extends IncomingMessage {
  [digested]?: KeyDigest;
}

/** The key that came with the request, digested once; undefined for none. */
export function presentedKey(request: Presenting): KeyDigest | undefined {
  const known = request[digested];
  if (known !== undefined) return known;
  const key = keyIn(request);
  if (key === undefined) return undefined;
  const digest = new KeyDigest(key);
  request[digested] = digest;
  return digest;
}

/** `x-api-key` wins over the bearer token, as it does at Anthropic; `api-key` is how Azure's clients say it. An empty one is none. */
function keyIn({ headers }: IncomingMessage): string | undefined {
  for (const name of ['x-api-key', 'api-key'] as const) {
    const header = headers[name];
    if (typeof header === 'string' && header !== '') return header;
  }
  const bearer = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '');
  return bearer?.[1];
}
