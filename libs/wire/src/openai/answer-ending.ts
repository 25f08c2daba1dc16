import type Anthropic from '@anthropic-ai/sdk';

import type { ContentBlock, StopReason, Usage } from '../messages/messages.js';
import type { CanonicalAnswer } from '../translation.js';
import type { AnswerSoFar } from './answer-so-far.js';
import { newMessageId } from './message-id.js';
import { emptyMessage } from './empty-message.js';
import { estimatedUsage, usageFromOpenai } from './usage.js';

/** How an answer ended, in Anthropic's terms. */
export interface AnswerEnding {
  readonly stopReason: StopReason;
  readonly stopSequence: string | null;
  readonly stopDetails: Anthropic.Messages.RefusalStopDetails | null;
  readonly usage: Usage;
}

const filtered = "The upstream's content filter stopped the answer.";

/** The ending that `stopReason` and the upstream's own words on usage make; usage is estimated where it says nothing. */
export function answerEnding(
  stopReason: StopReason,
  usage: unknown,
  serviceTier: unknown,
  answer: AnswerSoFar,
): AnswerEnding {
  const explanation = answer.refusal ?? filtered;
  return {
    stopReason,
    stopSequence: answer.stopSequence,
    stopDetails: stopReason === 'refusal' ? { type: 'refusal', category: null, explanation } : null,
    usage: usageFromOpenai(usage, serviceTier) ?? estimated(answer),
  };
}

function estimated(answer: AnswerSoFar): Usage {
  answer.warn('usage_estimated', 'usage');
  return estimatedUsage(answer.outputChars);
}

/** A whole answer that was read in one piece. */
export function wholeAnswer(content: ContentBlock[], ending: AnswerEnding, answer: AnswerSoFar): CanonicalAnswer {
  return {
    message: {
      ...emptyMessage(newMessageId(), answer.context),
      content,
      stop_reason: ending.stopReason,
      stop_sequence: ending.stopSequence,
      stop_details: ending.stopDetails,
      usage: ending.usage,
    },
    warnings: answer.warnings,
    model: answer.model,
  };
}
