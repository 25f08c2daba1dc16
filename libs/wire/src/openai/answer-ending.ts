import type Anthropic from '@anthropic-ai/sdk';

import type { ContentBlock, StopReason, Usage } from '../messages/messages.js';
import type { CanonicalAnswer } from '../translation.js';
import type { AnswerSoFar } from './answer-so-far.js';
import { newMessageId } from './message-id.js';
import { emptyMessage } from './empty-message.js';
import { modelRefusal } from './model-refusal.js';
import { estimatedUsage } from './usage.js';

/** How an answer ended, in Anthropic's terms. */
export interface AnswerEnding {
  readonly stopReason: StopReason;
  readonly stopSequence: string | null;
  readonly stopDetails: Anthropic.Messages.RefusalStopDetails | null;
  readonly usage: Usage;
}

const filtered = "The upstream's content filter stopped the answer.";

/** Why an answer ended. Anthropic's word for what a filter stopped is a refusal as well. */
export type EndReason = StopReason | 'content_filter';

/** The ending that `reason` and what the upstream told of usage make; usage is estimated where that is nothing. */
export function answerEnding(reason: EndReason, told: Usage | undefined, answer: AnswerSoFar): AnswerEnding {
  return {
    stopReason: reason === 'content_filter' ? 'refusal' : reason,
    stopSequence: answer.stopSequence,
    stopDetails: stopDetails(reason, answer),
    usage: told ?? estimated(answer),
  };
}

function stopDetails(reason: EndReason, { refusal }: AnswerSoFar): AnswerEnding['stopDetails'] {
  const details = { type: 'refusal' as const, category: null };
  if (reason === 'content_filter') return { ...details, explanation: refusal ?? filtered };
  return reason === 'refusal' ? modelRefusal({ ...details, explanation: refusal ?? null }) : null;
}

function estimated(answer: AnswerSoFar): Usage {
  answer.warn('usage_estimated', 'usage');
  return estimatedUsage(answer.outputChars, answer.inputTokens);
}

/** A whole answer that was read in one piece, with what its upstream told of usage. */
export function wholeAnswer(
  content: ContentBlock[],
  ending: AnswerEnding,
  told: Usage | undefined,
  answer: AnswerSoFar,
): CanonicalAnswer {
  return {
    message: {
      ...emptyMessage(newMessageId(), answer.context),
      content,
      stop_reason: ending.stopReason,
      stop_sequence: ending.stopSequence,
      stop_details: ending.stopDetails,
      usage: ending.usage,
    },
    usage: told,
    warnings: answer.warnings,
    model: answer.model,
  };
}
