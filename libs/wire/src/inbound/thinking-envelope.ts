import type { ContentBlock, ContentBlockParam } from '../messages/messages.js';
import { isOwnEnvelope, openReasoning, sealReasoning } from '../openai/reasoning-envelope.js';

/** Marks envelopes that hold a signature of Anthropic's own; no provider has this id. */
const anthropicSignature = 'anthropic.signature';
const anthropicRedacted = 'anthropic.redacted';

type ThinkingBlock = Extract<ContentBlock, { type: 'thinking' | 'redacted_thinking' }>;

/**
 * What an OpenAI client keeps of a thinking block, and sends back as `encrypted_content` without knowing what it is. A signature
 * of Anthropic's travels inside together with the text that it signs, because clients shorten or lose summaries;
 * an envelope of ours (the thinking was an OpenAI model's) travels as it is. `undefined` when there is nothing to replay.
 */
export function thinkingEnvelope(block: ThinkingBlock, model: string): string | undefined {
  if (block.type === 'redacted_thinking') {
    return sealReasoning({ provider: anthropicRedacted, model, item: { encrypted_content: block.data } });
  }
  if (block.signature === '' || isOwnEnvelope(block.signature)) return block.signature || undefined;
  const item = { encrypted_content: block.signature, summary: [block.thinking] };
  return sealReasoning({ provider: anthropicSignature, model, item });
}

/** The thinking block that an envelope stands for; `undefined` for anything that is not ours. `text` is what the client showed. */
export function thinkingFromEnvelope(envelope: unknown, text: string): ContentBlockParam | undefined {
  const opened = openReasoning(envelope);
  if (opened === undefined || !isOwnEnvelope(envelope)) return undefined;
  const { encrypted_content: content = '', summary } = opened.item;
  switch (opened.provider) {
    case anthropicSignature:
      return { type: 'thinking', thinking: summary?.[0] ?? '', signature: content };
    case anthropicRedacted:
      return { type: 'redacted_thinking', data: content };
    default:
      return { type: 'thinking', thinking: text, signature: envelope };
  }
}
