import { AnswerSoFar } from '../openai/answer-so-far.js';

/** What a Responses answer has besides. */
export class ResponsesAnswer extends AnswerSoFar {
  webSearches = 0;
  /** Reasoning items shown without their encrypted content: `output_index` → the id in their signature. */
  readonly unsealed = new Map<number, string>();
}
