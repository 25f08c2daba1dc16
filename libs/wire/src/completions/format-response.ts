import type OpenAI from 'openai';
import { chatUsage } from '../chat/answer-parts.js';
import { isCutShort } from '../inbound/cut-short.js';
import type { Message } from '../messages/messages.js';
import { isModelRefusal, refusalExplanation } from '../openai/model-refusal.js';
import type { CompletionsEcho } from './parse-request.js';

type Completion = OpenAI.Completions.Completion;

/** OpenAI's choice has nothing for a refusal; the member is that of a Chat message. */
type Choice = Completion['choices'][number] & { readonly refusal?: string };

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
        ...completionEnding(message, message.content.some(isModelRefusal)),
      },
    ],
    usage: chatUsage(message.usage),
  };
}

export function completionId(messageId: string): string {
  return `cmpl-${messageId.replace(/^msg_/, '')}`;
}

/** @param refused whether the model's own refusal is in the text */
export function completionEnding(
  ending: Pick<Message, 'stop_reason' | 'stop_details'>,
  refused: boolean,
): Pick<Choice, 'finish_reason' | 'refusal'> {
  if (isCutShort(ending.stop_reason)) return { finish_reason: 'length' };
  const refusal = refused ? undefined : refusalExplanation(ending);
  return {
    finish_reason: ending.stop_reason === 'refusal' ? 'content_filter' : 'stop',
    ...(refusal !== undefined && { refusal }),
  };
}
