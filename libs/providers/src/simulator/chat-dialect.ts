import { chatCompletion, chatErrorFrames, chatFrames } from './chat-answers.js';
import { refuseChatRequest } from './chat-refusals.js';
import type { SimulatedDialect } from './dialect.js';
import { openaiStreamError } from './openai-stream-error.js';

export const chatDialect: SimulatedDialect = {
  refuse: refuseChatRequest,
  plain: chatCompletion,
  stream: (answer, call) => ({
    frames: chatFrames(answer, call),
    fail: (type, message) => chatErrorFrames(openaiStreamError(type, message)),
  }),
};
