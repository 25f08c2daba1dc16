import { describe, expect, it } from '@jest/globals';
import type OpenAI from 'openai';
import { formatChatResponse } from '../chat/format-response.js';
import { ChatStreamFormatter } from '../chat/format-stream.js';
import { fromChatResponse } from '../chat/from-response.js';
import { parseChatRequest } from '../chat/parse-request.js';
import { call, contextOf, delta } from '../chat/test/chat-upstream.js';
import { formatResponsesResponse } from '../responses/format-response.js';
import { ResponsesStreamFormatter } from '../responses/format-stream.js';
import { fromResponsesAnswer } from '../responses/from-response.js';
import { parseResponsesRequest } from '../responses/parse-request.js';
import { responseOf } from '../responses/test/responses-upstream.js';
import { SseDecoder } from '../sse/sse-decoder.js';
import type { StreamFormatter } from '../translation.js';
import { added, chatEvents, functionItem, itemDone, responsesEvents } from '../upstream/test/stream-events.js';
import { fromMessagesResponse } from './from-response.js';
import { messageFromEvents } from './message-from-events.js';
import type { Message, MessagesEvent, StopReason } from './messages.js';
import { sampleMessage, textBlock, toolUse } from './sample-messages.fixture.js';

const chatEcho = parseChatRequest({ model: 'm', messages: [{ role: 'user', content: 'x' }] }).echo;
const responsesEcho = parseResponsesRequest({ model: 'm', input: 'x' }).echo;

interface Answer {
  readonly plain: Message;
  readonly events: readonly MessagesEvent[];
}

/** The answer of a Chat upstream that calls `Bash` twice, whole and then with `args`. */
function ofChat(args: string, reason: string): Answer {
  const calls = ['{"command":"ls"}', args].map((text, index) => ({
    id: `call_${index}`,
    type: 'function',
    function: { name: 'Bash', arguments: text },
  }));
  const message = { role: 'assistant', content: null, tool_calls: calls };
  return {
    plain: fromChatResponse({ choices: [{ index: 0, message, finish_reason: reason }] }, contextOf()).message,
    events: chatEvents(
      call(0, { id: 'call_0', name: 'Bash' }),
      call(0, { arguments: '{"command":"ls"}' }),
      call(1, { id: 'call_1', name: 'Bash' }),
      ...(args === '' ? [] : [call(1, { arguments: args })]),
      delta({}, reason),
    ),
  };
}

function ofResponses(args: string, reason: string): Answer {
  const output = [functionItem('call_0', '{"command":"ls"}'), functionItem('call_1', args, 'incomplete')];
  const ended = responseOf(output, { status: 'incomplete', incomplete_details: { reason } });
  return {
    plain: fromResponsesAnswer(ended, contextOf()).message,
    events: responsesEvents(
      ...output.flatMap((item, index) => [added(index, { ...item, arguments: '' }), itemDone(index, item)]),
      { type: 'response.incomplete', response: ended },
    ),
  };
}

function dataOf(formatter: StreamFormatter, events: readonly MessagesEvent[]): unknown[] {
  const sse = events.map((event) => formatter.write(event)).join('') + formatter.end();
  return new SseDecoder()
    .push(Buffer.from(sse))
    .flatMap(({ data }): unknown[] => (data === '[DONE]' ? [] : [JSON.parse(data)]));
}

function callsAmong(items: readonly OpenAI.Responses.ResponseOutputItem[]): unknown[] {
  return items.flatMap((item) => (item.type === 'function_call' ? [[item.status, item.arguments]] : []));
}

/** Status and arguments of the calls that a Responses client is given, plain and streamed. */
function givenByResponses({ plain, events }: Answer): unknown {
  const streamed = dataOf(
    new ResponsesStreamFormatter(responsesEcho),
    events,
  ) as OpenAI.Responses.ResponseStreamEvent[];
  return {
    plain: callsAmong(formatResponsesResponse(plain, responsesEcho).output),
    streamed: callsAmong(streamed.flatMap((event) => (event.type === 'response.output_item.done' ? [event.item] : []))),
  };
}

/** The arguments that a Chat client is given, plain and streamed. */
function givenByChat({ plain, events }: Answer): unknown {
  const calls = formatChatResponse(plain, chatEcho).choices[0]?.message.tool_calls ?? [];
  const streamed: string[] = [];
  for (const chunk of dataOf(new ChatStreamFormatter(chatEcho), events) as OpenAI.ChatCompletionChunk[]) {
    for (const { index, function: called } of chunk.choices[0]?.delta.tool_calls ?? []) {
      streamed[index] = (streamed[index] ?? '') + (called?.arguments ?? '');
    }
  }
  return { plain: calls.map((called) => (called.type === 'function' ? called.function.arguments : '')), streamed };
}

const twice = (value: unknown) => ({ plain: value, streamed: value });

describe.each([
  ['a Chat upstream at the limit', ofChat, 'length'],
  ['a Chat upstream at its filter', ofChat, 'content_filter'],
  ['a Responses upstream at the limit', ofResponses, 'max_output_tokens'],
  ['a Responses upstream at its filter', ofResponses, 'content_filter'],
])('a call of %s', (_name, answerOf, reason) => {
  it.each([
    ['in the middle of its arguments', '{"command":"rm -rf /tmp/x'],
    ['in the middle of arguments that are encoded twice', '"{\\"command\\":\\"rm'],
    ['before its arguments', ''],
  ])('that is cut off %s never looks like one to be run', (_where, args) => {
    const answer = answerOf(args, reason);
    expect(givenByResponses(answer)).toEqual(
      twice([
        ['completed', '{"command":"ls"}'],
        ['incomplete', args],
      ]),
    );
    expect(givenByChat(answer)).toEqual(twice(['{"command":"ls"}', args]));
  });

  it.each(['{"command":"ls"}', '{}'])('that is whole with %j never looks cut off', (args) => {
    const answer = answerOf(args, reason);
    expect(givenByResponses(answer)).toEqual(
      twice([
        ['completed', '{"command":"ls"}'],
        ['completed', args],
      ]),
    );
    expect(givenByChat(answer)).toEqual(twice(['{"command":"ls"}', args]));
  });

  it('reads as ever to Anthropic’s clients', () => {
    const { plain, events } = answerOf('{"command":"rm -rf /tmp/x', reason);
    for (const message of [plain, messageFromEvents(events)]) {
      const seen = JSON.parse(JSON.stringify(message.content.at(-1))) as unknown;
      expect(seen).toEqual(toolUse('call_1', 'Bash', { command: 'rm -rf /tmp/x' }));
    }
  });
});

/** What a Responses client is given of the calls in Anthropic's plain answer. */
function givenOf(content: Message['content'], stopReason: StopReason): unknown {
  const body = sampleMessage(content, { stop_reason: stopReason });
  const { message } = fromMessagesResponse(JSON.parse(JSON.stringify(body)), contextOf());
  return callsAmong(formatResponsesResponse(message, responsesEcho).output);
}

describe('the last call of a plain answer of Anthropic, of which nobody can say that it is whole,', () => {
  const last = toolUse('toolu_1', 'Bash', { command: 'rm -rf /tmp/x' });
  const whole = [['completed', '{"command":"rm -rf /tmp/x"}']];

  it.each<StopReason>(['max_tokens', 'model_context_window_exceeded', 'refusal'])('is cut off by %s', (reason) => {
    expect(givenOf([last], reason)).toEqual([['incomplete', '{"command":"rm -rf /tmp/x"']]);
  });

  it('is whole where the answer is, and where something came after it', () => {
    expect(givenOf([last], 'tool_use')).toEqual(whole);
    expect(givenOf([last, textBlock('And')], 'max_tokens')).toEqual(whole);
  });
});
