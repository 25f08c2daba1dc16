import type OpenAI from 'openai';
import { chatUsage } from '../chat/answer-parts.js';
import { isCutShort } from '../inbound/cut-short.js';
import type { Message, StopReason } from '../messages/messages.js';
import type { CompletionsEcho } from './parse-request.js';

type Completion = OpenAI.Completions.Completion;

/** A canonical answer as a `text_completion`: its texts, and nothing else of it. */
export function formatCompletionsResponse(message: Message, echo: CompletionsEcho): Completion {
  const texts = message.content.map((block) => (block.type === 'text' ? block.text : ''));
  return {
    id: completionId(message.id),
    object: 'text_completion',
    created: Math.floor(Date.now() / 1000),
    model: echo.model,
    choices: [
      {
        text: echo.prefix + texts.join(''),
        index: 0,
        logprobs: null,
        finish_reason: completionReason(message.stop_reason),
      },
    ],
    usage: chatUsage(message.usage),
  };
}

export function completionId(messageId: string): string {
  return `cmpl-${messageId.replace(/^msg_/, '')}`;
}

export function completionReason(stopReason: StopReason | null): OpenAI.Completions.CompletionChoice['finish_reason'] {
  if (isCutShort(stopReason)) return 'length';
  return stopReason === 'refusal' ? 'content_filter' : 'stop';
}
