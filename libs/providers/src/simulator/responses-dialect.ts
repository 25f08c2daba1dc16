import type { SimulatedDialect } from './dialect.js';
import { openaiStreamError } from './openai-stream-error.js';
import { ResponsesAnswer } from './responses-answers.js';
import { refuseResponsesRequest } from './responses-refusals.js';

export const responsesDialect: SimulatedDialect = {
  refuse: refuseResponsesRequest,
  plain: (answer, call) => new ResponsesAnswer(answer, call).whole(),
  stream(answer, call) {
    const responses = new ResponsesAnswer(answer, call);
    return {
      frames: responses.frames(),
      fail: (type, message, eventsSent) => responses.failureFrames(openaiStreamError(type, message), eventsSent),
    };
  },
};
