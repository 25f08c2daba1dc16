import { sessionOfUserId } from '#wire';
import type { Caller } from '../caller.js';
import type { Inbound } from '../inbound.js';

/**
 * What keeps requests together that share a prompt: the client's session, or what it says of its prompt cache; else all that
 * one key asks of one model.
 */
export function sessionOf({ headers, json, model }: Inbound, caller: Caller): string {
  const { 'x-claude-code-session-id': header } = headers;
  if (header) return header;
  const { metadata, prompt_cache_key: cacheKey } = json;
  if (typeof metadata === 'object' && metadata !== null && 'user_id' in metadata) {
    const { user_id: userId } = metadata;
    if (typeof userId === 'string' && userId !== '') return sessionOfUserId(userId) ?? userId;
  }
  if (typeof cacheKey === 'string' && cacheKey !== '') return cacheKey;
  return `${caller.keyId}\n${model}`;
}
