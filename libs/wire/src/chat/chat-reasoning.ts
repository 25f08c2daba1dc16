import { sealReasoning } from '../openai/reasoning-envelope.js';
import { type JsonObject, objectsIn, stringIn } from '../json-object.js';
import type { AnswerContext } from '../translation.js';

/** The reasoning in a message or a delta, under whichever of its names the server uses; `''` when there is none. */
export function reasoningIn(source: JsonObject): string {
  const plain = stringIn(source, 'reasoning_content') || stringIn(source, 'reasoning');
  // OpenRouter repeats in the details what it says in `reasoning`.
  if (plain !== '' || source.reasoning_details === undefined) return plain;
  return objectsIn(source, 'reasoning_details')
    .map((detail) => stringIn(detail, 'text') || stringIn(detail, 'summary'))
    .join('');
}

/** The signature of a thinking block. It holds the text only where the block does not, for servers that want it back. */
export function chatReasoningSignature(text: string, context: AnswerContext): string {
  const hidden = context.thinking === 'omitted' && text !== '';
  return sealReasoning({ ...context.upstream, item: hidden ? { summary: [text] } : {} });
}
