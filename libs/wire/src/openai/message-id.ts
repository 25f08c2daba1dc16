import { randomBytes } from 'node:crypto';

/**
 * `msg_` and 24 characters. Not derived from the upstream's id, which some servers repeat or leave empty: Claude Code merges
 * two answers that share one. The upstream's id travels in a header.
 */
export function newMessageId(): string {
  return `msg_${randomBytes(12).toString('hex')}`;
}

/** For a tool call that the upstream left without an id. */
export function newToolUseId(): string {
  return `toolu_${randomBytes(12).toString('hex')}`;
}
