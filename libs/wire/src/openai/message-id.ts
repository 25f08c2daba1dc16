import { randomUUID } from 'node:crypto';

/**
 * `msg_` and 24 characters. Not derived from the upstream's id, which some servers repeat or leave empty: Claude Code merges
 * two answers that share one. The upstream's id travels in a header.
 */
export function newMessageId(): string {
  return `msg_${randomCharacters()}`;
}

/** For a tool call that the upstream left without an id. */
export function newToolUseId(): string {
  return `toolu_${randomCharacters()}`;
}

/** From a UUID, for which Node draws randomness in advance: `randomBytes` costs ten times as much. */
function randomCharacters(): string {
  return randomUUID().replaceAll('-', '').slice(0, 24);
}
