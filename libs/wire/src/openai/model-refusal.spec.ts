import { describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { formatChatResponse } from '../chat/format-response.js';
import { ChatStreamFormatter } from '../chat/format-stream.js';
import { fromChatResponse } from '../chat/from-response.js';
import { parseChatRequest } from '../chat/parse-request.js';
import { contextOf, delta } from '../chat/test/chat-upstream.js';
import { fromMessagesResponse } from '../messages/from-response.js';
import { messageFromEvents } from '../messages/message-from-events.js';
import type { Message, MessagesEvent } from '../messages/messages.js';
import { formatResponsesResponse } from '../responses/format-response.js';
import { ResponsesStreamFormatter } from '../responses/format-stream.js';
import { fromResponsesAnswer } from '../responses/from-response.js';
import { parseResponsesRequest } from '../responses/parse-request.js';
import { messageItem, responseOf } from '../responses/test/responses-upstream.js';
import { fetchOfStream } from '../sse/sse-response.fixture.js';
import type { StreamFormatter } from '../translation.js';
import { added, chatEvents, completed, itemDone, responsesEvents } from '../upstream/test/stream-events.js';

const refusal = 'I cannot help.';
const item = messageItem('', { content: [{ type: 'refusal', refusal }] });
const at = { output_index: 0, content_index: 0 };

/** What the upstreams say, plain and in a stream. */
const upstreams: readonly (readonly [string, Message, readonly MessagesEvent[]])[] = [
  [
    'a Chat upstream',
    fromChatResponse(
      { choices: [{ index: 0, message: { role: 'assistant', content: null, refusal }, finish_reason: 'stop' }] },
      contextOf(),
    ).message,
    chatEvents(
      delta({ role: 'assistant', refusal: '' }),
      delta({ refusal: 'I cannot ' }),
      delta({ refusal: 'help.' }),
      delta({}, 'stop'),
    ),
  ],
  [
    'a Responses upstream',
    fromResponsesAnswer(responseOf([item]), contextOf()).message,
    responsesEvents(
      added(0, { ...item, content: [] }),
      { type: 'response.refusal.delta', ...at, delta: 'I cannot ' },
      { type: 'response.refusal.done', ...at, refusal },
      itemDone(0, item),
      completed(item),
    ),
  ],
];

const chatEcho = parseChatRequest({ model: 'm', messages: [{ role: 'user', content: 'x' }] }).echo;
const responsesEcho = parseResponsesRequest({ model: 'm', input: 'x' }).echo;
const schema = { type: 'object', properties: {}, additionalProperties: false };
/** As the SDK's `zodResponseFormat` makes one: it parses the content of every answer that does not refuse. */
const format = Object.defineProperties(
  { type: 'json_schema' as const, json_schema: { name: 'x', strict: true, schema } },
  { $brand: { value: 'auto-parseable-response-format' }, $parseRaw: { value: JSON.parse } },
);
const question = { model: 'm', messages: [{ role: 'user' as const, content: 'x' }], response_format: format };

function written(formatter: StreamFormatter, events: readonly MessagesEvent[]): string {
  return events.map((event) => formatter.write(event)).join('') + formatter.end();
}

function clientOf(answer: typeof fetch): OpenAI {
  return new OpenAI({ apiKey: 'k', maxRetries: 0, fetch: answer });
}

describe.each(upstreams)('a refusal of %s', (_name, message, events) => {
  it('is a text and a stop reason to Anthropic’s clients, who see nothing else of it', () => {
    for (const answer of [message, messageFromEvents(events)]) {
      const seen = JSON.parse(JSON.stringify(answer)) as Message;
      expect(seen.content).toEqual([{ type: 'text', text: refusal, citations: null }]);
      expect(seen.stop_reason).toBe('refusal');
      expect(seen.stop_details).toEqual({ type: 'refusal', category: null, explanation: refusal });
    }
  });

  it('is said once to a Chat client, at an ordinary end, so that the SDK does not throw', async () => {
    const plain = formatChatResponse(message, chatEcho);
    const said = { finish_reason: 'stop', message: { content: null, refusal } };
    expect(plain.choices).toMatchObject([said]);
    const parsed = await clientOf(async () => Response.json(plain)).chat.completions.parse(question);
    expect(parsed.choices).toMatchObject([said]);
    const sse = written(new ChatStreamFormatter(chatEcho), events);
    const streamed = await clientOf(fetchOfStream(sse)).chat.completions.stream(question).finalChatCompletion();
    expect(streamed.choices).toMatchObject([{ ...said, message: { content: '', refusal } }]);
  });

  it('is one part to a Responses client, in a response that is complete', async () => {
    const said = {
      status: 'completed',
      incomplete_details: null,
      output: [{ type: 'message', status: 'completed', content: [{ type: 'refusal', refusal }] }],
    };
    expect(formatResponsesResponse(message, responsesEcho)).toMatchObject(said);
    const sse = written(new ResponsesStreamFormatter(responsesEcho), events);
    const streamed = await clientOf(fetchOfStream(sse)).responses.stream({ model: 'm', input: 'x' }).finalResponse();
    expect(streamed).toMatchObject(said);
    expect(streamed.output_text).toBe('');
    expect(sse).toContain('event: response.refusal.done');
    expect(sse).not.toContain('output_text');
  });
});

describe('text and refusal in one answer', () => {
  const message = { role: 'assistant', content: 'Well. ', refusal };
  const chunks = [delta({ content: 'Well. ' }), delta({ refusal }), delta({}, 'stop')];

  it('stay apart, plain and streamed', () => {
    const { message: plain } = fromChatResponse(
      { choices: [{ index: 0, message, finish_reason: 'stop' }] },
      contextOf(),
    );
    const streamed = messageFromEvents(chatEvents(...chunks));
    for (const answer of [plain, streamed]) {
      expect(formatChatResponse(answer, chatEcho).choices).toMatchObject([
        { finish_reason: 'stop', message: { content: 'Well. ', refusal } },
      ]);
    }
    expect(streamed.content).toEqual(plain.content);
  });

  it('end as filtered when a filter stopped them, with the refusal still said once', () => {
    const { message: plain } = fromChatResponse(
      { choices: [{ index: 0, message, finish_reason: 'content_filter' }] },
      contextOf(),
    );
    expect(formatChatResponse(plain, chatEcho).choices).toMatchObject([
      { finish_reason: 'content_filter', message: { content: 'Well. ', refusal } },
    ]);
    expect(formatResponsesResponse(plain, responsesEcho)).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'content_filter' },
      output: [
        {
          content: [
            { type: 'output_text', text: 'Well. ' },
            { type: 'refusal', refusal },
          ],
        },
      ],
    });
  });
});

describe('details of a stop that are none', () => {
  it.each(['refused', 7, true])('are no refusal: %j', (details) => {
    const body = { content: [{ type: 'text', text: 'x' }], stop_reason: 'end_turn', stop_details: details };
    const { message } = fromMessagesResponse(body, contextOf());
    expect(formatChatResponse(message, chatEcho).choices[0]).toMatchObject({ finish_reason: 'stop' });
    expect(formatResponsesResponse(message, responsesEcho)).toMatchObject({ status: 'completed' });
  });
});
