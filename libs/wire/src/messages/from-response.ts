import { isObject, stringIn } from '../json-object.js';
import { GatewayError } from '../gateway-error.js';
import type { AnswerContext, CanonicalAnswer } from '../translation.js';
import { StopSequenceScanner } from '../upstream/stop-sequence-scanner.js';
import { warning } from '../openai/compatibility.js';
import { completeMessage, isContentBlock, isShownElsewhere, withSignature } from './complete-message.js';
import { cutOffCall, endsInTheMiddle } from './cut-off-call.js';
import type { ContentBlock, Message } from './messages.js';
import { usageFromMessageBody } from './usage-tap.js';

/** An Anthropic upstream's plain answer in the client's terms. Throws `upstream_invalid_answer` when it is no message. */
export function fromMessagesResponse(json: unknown, context: AnswerContext): CanonicalAnswer {
  const content: unknown[] = isObject(json) && Array.isArray(json.content) ? json.content : [undefined];
  if (!isObject(json) || !content.every(isContentBlock)) {
    throw new GatewayError('upstream_invalid_answer', 'The upstream answered with something that is no message.');
  }
  const message = withCutOffCall(completeMessage(json, content.map(withSignature), context.model));
  return {
    message: context.stopSequences.length > 0 ? stopped(message, context.stopSequences) : message,
    usage: usageFromMessageBody(json),
    warnings: content.flatMap((block, index) =>
      isShownElsewhere(block) ? [] : warning('answer_item_dropped', `content.${index}`),
    ),
    model: stringIn(json, 'model') || undefined,
  };
}

/**
 * Marks the call that the end of the answer may have cut: a plain answer shows only what could be read of the arguments, so that
 * Anthropic's documentation, too, takes a last call at the limit for half of one.
 */
function withCutOffCall(message: Message): Message {
  const last = message.content.at(-1);
  if (last?.type !== 'tool_use' || !endsInTheMiddle(message.stop_reason)) return message;
  const call = cutOffCall(last, JSON.stringify(last.input).slice(0, -1));
  return { ...message, content: [...message.content.slice(0, -1), call] };
}

/** The message as it reads when one of the sequences, which the upstream would not take, has stopped it. */
function stopped(message: Message, sequences: readonly string[]): Message {
  const content: ContentBlock[] = [];
  for (const block of message.content) {
    if (block.type !== 'text') {
      content.push(block);
      continue;
    }
    const scanner = new StopSequenceScanner(sequences);
    const text = scanner.push(block.text) + scanner.flush();
    if (text !== '' || scanner.matched === undefined) content.push({ ...block, text });
    if (scanner.matched !== undefined) {
      return { ...message, content, stop_reason: 'stop_sequence', stop_sequence: scanner.matched };
    }
  }
  return message;
}
