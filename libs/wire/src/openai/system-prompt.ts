import type { MessagesRequest } from '../messages/messages.js';

/** Claude Code's attribution line. It differs per conversation, so that it would spoil every prefix cache, and is not for a model. */
const attribution = 'x-anthropic-billing-header:';

export interface SystemText {
  readonly text: string;
  readonly cached: boolean;
}

/** The texts of the system prompt that a model is to read. */
export function systemPrompt(system: MessagesRequest['system']): SystemText[] {
  if (system === undefined) return [];
  const blocks = typeof system === 'string' ? [{ text: system, cache_control: null }] : system;
  return blocks
    .filter(({ text }) => text !== '' && !text.startsWith(attribution))
    .map((block) => ({ text: block.text, cached: block.cache_control != null }));
}
