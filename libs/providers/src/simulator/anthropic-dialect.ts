import { anthropicErrorFrames, anthropicFrames, anthropicMessage } from './anthropic-answers.js';
import { refuseMessagesRequest } from './anthropic-refusals.js';
import type { Call, SimulatedDialect } from './dialect.js';
import { isRecord } from './json-reader.js';

export const anthropicDialect: SimulatedDialect = {
  refuse: ({ body, headers }) => refuseMessagesRequest(body, headers),
  plain: (answer, call) => anthropicMessage(answer, hidesThinking(call)),
  stream: (answer, call) => ({
    frames: anthropicFrames(answer, hidesThinking(call)),
    fail: (type, message) => anthropicErrorFrames(type, message),
  }),
};

function hidesThinking({ body }: Call): boolean {
  return isRecord(body['thinking']) && body['thinking']['display'] === 'omitted';
}
