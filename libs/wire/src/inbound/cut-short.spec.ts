import { describe, expect, it } from '@jest/globals';
import {
  ChatStreamFormatter,
  CompleteStreamFormatter,
  CompletionsStreamFormatter,
  eventsFromMessage,
  formatChatResponse,
  formatCompleteResponse,
  formatCompletionsResponse,
  formatResponsesResponse,
  parseChatRequest,
  parseCompleteRequest,
  parseCompletionsRequest,
  parseResponsesRequest,
  ResponsesStreamFormatter,
} from '../index.js';
import { sampleMessage, textBlock } from '../messages/sample-messages.fixture.js';
import type { StreamFormatter } from '../translation.js';

const chat = parseChatRequest({ model: 'm', messages: [{ role: 'user', content: 'hi' }] }).echo;
const responses = parseResponsesRequest({ model: 'm', input: 'hi' }).echo;
const completions = parseCompletionsRequest({ model: 'm', prompt: 'hi' }).echo;
const complete = parseCompleteRequest({
  model: 'm',
  prompt: '\n\nHuman: hi\n\nAssistant:',
  max_tokens_to_sample: 9,
}).echo;

describe.each(['pause_turn', 'max_tokens', 'model_context_window_exceeded'] as const)(
  'an answer cut short by %s',
  (stop) => {
    const message = sampleMessage([textBlock('Searching')], { stop_reason: stop });

    it('never looks whole to a client of another dialect', () => {
      expect(formatChatResponse(message, chat)).toMatchObject({ choices: [{ finish_reason: 'length' }] });
      expect(formatResponsesResponse(message, responses)).toMatchObject({
        status: 'incomplete',
        incomplete_details: { reason: 'max_output_tokens' },
      });
      expect(formatCompletionsResponse(message, completions)).toMatchObject({ choices: [{ finish_reason: 'length' }] });
      expect(formatCompleteResponse(message, complete)).toMatchObject({ stop_reason: 'max_tokens' });
    });

    it.each<[string, StreamFormatter, string]>([
      ['Chat', new ChatStreamFormatter(chat), '"finish_reason":"length"'],
      ['Responses', new ResponsesStreamFormatter(responses), 'event: response.incomplete'],
      ['Completions', new CompletionsStreamFormatter(completions), '"finish_reason":"length"'],
      ['/v1/complete', new CompleteStreamFormatter(complete), '"stop_reason":"max_tokens"'],
    ])('nor in a stream of %s', (_dialect, formatter, sign) => {
      expect(
        [...eventsFromMessage(message)].map((event) => formatter.write(event)).join('') + formatter.end(),
      ).toContain(sign);
    });
  },
);
