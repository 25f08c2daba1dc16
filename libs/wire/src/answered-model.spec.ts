import { describe, expect, it } from '@jest/globals';
import { contextOf } from './chat/test/chat-upstream.js';
import {
  ChatStreamReader,
  fromChatResponse,
  fromMessagesResponse,
  fromResponsesAnswer,
  MessagesStreamReader,
  ResponsesStreamReader,
} from './index.js';

describe('the model that has answered', () => {
  it.each([
    [
      'Chat',
      new ChatStreamReader(contextOf()),
      { choices: [{ index: 0, delta: { content: 'x' } }], model: 'gpt-x-2026' },
    ],
    [
      'Responses',
      new ResponsesStreamReader(contextOf()),
      { type: 'response.completed', response: { status: 'completed', output: [], model: 'gpt-x-2026' } },
    ],
    ['Messages', new MessagesStreamReader(contextOf()), { type: 'message_start', message: { model: 'gpt-x-2026' } }],
  ])('is known of a %s stream, and the client reads the name that it asked for', (_dialect, reader, event) => {
    expect(reader.model).toBeUndefined();
    const events = reader.read({ event: '', data: JSON.stringify(event) });
    expect(reader.model).toBe('gpt-x-2026');
    expect(JSON.stringify(events)).not.toContain('gpt-x-2026');
  });

  it('is known of a plain answer', () => {
    const answers = [
      fromChatResponse(
        { model: 'gpt-x', choices: [{ message: { content: 'x' }, finish_reason: 'stop' }] },
        contextOf(),
      ),
      fromResponsesAnswer({ model: 'gpt-x', status: 'completed', output: [] }, contextOf()),
      fromMessagesResponse({ model: 'gpt-x', content: [] }, contextOf()),
    ];
    expect(answers.map(({ model }) => model)).toEqual(['gpt-x', 'gpt-x', 'gpt-x']);
    expect(answers.map(({ message }) => message.model)).not.toContain('gpt-x');
  });
});
