import type Anthropic from '@anthropic-ai/sdk';
import type OpenAI from 'openai';

import { openReasoning, sealReasoning } from '../openai/reasoning-envelope.js';
import type { AnswerContext } from '../translation.js';
import { type JsonObject, objectsIn, stringIn } from '../json-object.js';

/** An upstream's `reasoning` item as it is sent back to it. The type demands the `id` that a stateless replay must leave out. */
export type ReplayedReasoning = Omit<OpenAI.Responses.ResponseReasoningItem, 'id'>;

/**
 * Looks up the encrypted content of a reasoning item (`rs_…`) that the upstream delivered only when its stream had shown the
 * item already: see `ResponsesStreamReader.lateReasoning`.
 */
export type RecallReasoning = (itemId: string) => string | undefined;

/** The item's text as Anthropic shows thinking: the summaries, or for open models the reasoning itself. */
export function reasoningText(item: JsonObject): string {
  const summaries = textsOf(item, 'summary');
  return (summaries.length > 0 ? summaries : textsOf(item, 'content')).join('\n\n');
}

/** The item as a block; `undefined` when the client is not to see it, or there is nothing to see and nothing to replay. */
export function thinkingBlock(item: JsonObject, context: AnswerContext): Anthropic.Messages.ThinkingBlock | undefined {
  if (context.thinking === 'hidden') return undefined;
  const text = reasoningText(item);
  if (text === '' && stringIn(item, 'encrypted_content') === '') return undefined;
  const thinking = context.thinking === 'shown' ? text : '';
  return { type: 'thinking', thinking, signature: reasoningSignature(item, context) };
}

/** The envelope in which a thinking block carries its item through the client and back. */
export function reasoningSignature(item: JsonObject, context: AnswerContext): string {
  const id = stringIn(item, 'id');
  const encrypted = stringIn(item, 'encrypted_content');
  const summary = textsOf(item, 'summary');
  return sealReasoning({
    ...context.upstream,
    item: {
      ...(id === '' ? {} : { id }),
      ...(encrypted === '' ? {} : { encrypted_content: encrypted }),
      ...(summary.length === 0 ? {} : { summary }),
    },
  });
}

/**
 * The item that a thinking block's signature seals; `undefined` for Claude's own signatures, other upstreams' envelopes and
 * items without encrypted content, which a stateless upstream cannot read.
 */
export function replayedReasoning(
  signature: string,
  upstream: AnswerContext['upstream'],
  recall?: RecallReasoning,
): ReplayedReasoning | undefined {
  const envelope = openReasoning(signature);
  if (envelope?.provider !== upstream.provider || envelope.model !== upstream.model) return undefined;
  const { id, encrypted_content: sealed, summary = [] } = envelope.item;
  const encrypted = sealed ?? (id === undefined ? undefined : recall?.(id));
  if (encrypted === undefined) return undefined;
  return {
    type: 'reasoning',
    summary: summary.map((text) => ({ type: 'summary_text', text })),
    encrypted_content: encrypted,
  };
}

function textsOf(item: JsonObject, key: 'summary' | 'content'): string[] {
  return objectsIn(item, key)
    .map((part) => stringIn(part, 'text'))
    .filter((text) => text !== '');
}
