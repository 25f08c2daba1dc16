import { sealReasoning } from '../openai/reasoning-envelope.js';
import { isObject, type JsonObject, objectsIn, stringIn } from '../json-object.js';
import type { AnswerContext } from '../translation.js';

/** The reasoning in a message or a delta, under whichever of its names the server uses; `''` when there is none. */
export function reasoningIn(source: JsonObject): string {
  const plain = stringIn(source, 'reasoning_content') || stringIn(source, 'reasoning');
  // OpenRouter repeats in the details what it says in `reasoning`.
  if (plain !== '') return plain;
  if (source.reasoning_details === undefined) return Array.isArray(source.content) ? thinkingParts(source.content) : '';
  return objectsIn(source, 'reasoning_details')
    .map((detail) => stringIn(detail, 'text') || stringIn(detail, 'summary'))
    .join('');
}

/** Mistral puts reasoning among the parts of the content, as texts in a part of its own. */
function thinkingParts(content: readonly unknown[]): string {
  let text = '';
  for (const part of content) {
    if (!isObject(part) || part.type !== 'thinking') continue;
    text += stringIn(part, 'thinking');
    for (const piece of objectsIn(part, 'thinking')) text += stringIn(piece, 'text');
  }
  return text;
}

/** The signature of a thinking block. It holds the text only where the block does not, for servers that want it back. */
export function chatReasoningSignature(text: string, context: AnswerContext): string {
  const hidden = context.thinking === 'omitted' && text !== '';
  return sealReasoning({ ...context.upstream, item: hidden ? { summary: [text] } : {} });
}
