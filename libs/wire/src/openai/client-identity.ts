import { hash } from 'node:crypto';

import type { MessagesRequest } from '../messages/messages.js';
import { isObject } from '../json-object.js';
import type { ModelCapabilities } from './upstream-model.js';

export interface ClientIdentity {
  readonly safety_identifier?: string;
  readonly prompt_cache_key?: string;
}

const maxKeyChars = 64;
/** Before it was JSON, Claude Code wrote `user_…_account_…_session_<uuid>`. */
const sessionSuffix = /_session_([0-9a-fA-F-]{36})$/;

/**
 * Who asks, as far as an upstream may know it: `metadata.user_id` hashed (Claude Code's holds a device id and is longer than
 * OpenAI takes), and a key that keeps a session's requests on one prompt cache.
 */
export function clientIdentity({ metadata }: MessagesRequest, capabilities: ModelCapabilities): ClientIdentity {
  const userId = metadata?.user_id;
  if (typeof userId !== 'string' || userId === '') return {};
  const hashed = hash('sha256', userId, 'hex');
  const session = sessionOfUserId(userId) ?? hashed;
  return {
    ...(capabilities.safetyIdentifier && { safety_identifier: hashed }),
    ...(capabilities.promptCacheKey && {
      prompt_cache_key: session.length <= maxKeyChars ? session : hash('sha256', session, 'hex'),
    }),
  };
}

/** The session in a `metadata.user_id` as Claude Code writes it, in either of its forms. */
export function sessionOfUserId(userId: string): string | undefined {
  if (!userId.startsWith('{')) return sessionSuffix.exec(userId)?.[1];
  try {
    const parsed: unknown = JSON.parse(userId);
    const session = isObject(parsed) ? parsed.session_id : undefined;
    return typeof session === 'string' && session !== '' ? session : undefined;
  } catch {
    return undefined;
  }
}
