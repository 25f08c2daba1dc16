import { hash } from 'node:crypto';

const accepted = /^[a-zA-Z0-9_-]{1,64}$/;

/** A tool call's id as OpenAI and Anthropic accept it; the same id becomes the same one in every turn. */
export function toolCallId(id: string): string {
  return accepted.test(id) ? id : `call_${hash('sha256', id, 'hex').slice(0, 32)}`;
}
