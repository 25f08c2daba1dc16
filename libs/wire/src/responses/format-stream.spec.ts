import { describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { formatError } from '../error-body.js';
import { GatewayError } from '../gateway-error.js';
import { eventsFromMessage } from '../messages/events-from-message.js';
import type { Message, MessagesEvent } from '../messages/messages.js';
import {
  markedMessages,
  sampleMessage,
  sampleMessages,
  textBlock,
  toolUse,
} from '../messages/sample-messages.fixture.js';
import { SseDecoder } from '../sse/sse-decoder.js';
import { fetchOfStream } from '../sse/sse-response.fixture.js';
import { formatResponsesResponse } from './format-response.js';
import { ResponsesStreamFormatter } from './format-stream.js';
import { parseResponsesRequest, type ResponsesEcho } from './parse-request.js';

type StreamEvent = OpenAI.Responses.ResponseStreamEvent;

const { echo } = parseResponsesRequest({ model: 'asked-for', input: 'x', instructions: 'Be brief.' });

function written(events: Iterable<MessagesEvent>, from: ResponsesEcho = echo): string {
  const formatter = new ResponsesStreamFormatter(from);
  return [...events].map((event) => formatter.write(event)).join('') + formatter.end();
}

function eventsOf(sse: string): StreamEvent[] {
  return new SseDecoder().push(Buffer.from(sse)).map(({ event, data }) => {
    const parsed = JSON.parse(data) as StreamEvent;
    expect(parsed.type).toBe(event);
    return parsed;
  });
}

function accumulated(sse: string): Promise<OpenAI.Responses.Response> {
  const client = new OpenAI({ apiKey: 'k', maxRetries: 0, fetch: fetchOfStream(sse) });
  return client.responses.stream({ model: 'm', input: 'x' }).finalResponse();
}

function answered(message: Message): OpenAI.Responses.Response {
  return formatResponsesResponse(message, echo);
}

describe.each(Object.entries({ ...sampleMessages, ...markedMessages }))(
  'a Responses stream of %s',
  (_name, message) => {
    it('is accumulated by the OpenAI SDK to what the plain answer says', async () => {
      const response = await accumulated(written(eventsFromMessage(message)));
      const expected = answered(message);
      expect(response.output).toMatchObject(expected.output);
      expect(response.output).toHaveLength(expected.output.length);
      for (const key of ['id', 'status', 'incomplete_details', 'usage', 'model', 'instructions'] as const) {
        expect([key, response[key]]).toEqual([key, expected[key]]);
      }
    });

    it('numbers its events and closes every item that it opens', () => {
      const events = eventsOf(written(eventsFromMessage(message)));
      expect(events.map((event) => event.sequence_number)).toEqual(events.map((_event, index) => index));
      const places = (type: string) =>
        events.flatMap((event) => (event.type === type && 'output_index' in event ? event.output_index : []));
      expect(places('response.output_item.done')).toEqual(places('response.output_item.added'));
      expect(places('response.output_item.done')).toEqual(answered(message).output.map((_item, index) => index));
    });
  },
);

describe('ResponsesStreamFormatter', () => {
  it('keeps the whole order of events for a text', () => {
    const sse = written(eventsFromMessage(sampleMessage([textBlock('hi')])));
    expect(eventsOf(sse).map((event) => event.type)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
  });

  it('does not let a call that was cut off look like one that can be run', () => {
    const events = [
      ...eventsFromMessage(sampleMessage([toolUse('t', 'f', { a: 1 })], { stop_reason: 'max_tokens' })),
    ].map((event) =>
      event.type === 'content_block_delta'
        ? { ...event, delta: { type: 'input_json_delta' as const, partial_json: '{"a":' } }
        : event,
    );
    const done = eventsOf(written(events)).find((event) => event.type === 'response.output_item.done');
    expect(done).toMatchObject({ item: { type: 'function_call', status: 'incomplete', arguments: '{"a":' } });
  });

  it.each([
    ['standard', 'default'],
    ['priority', 'priority'],
    ['batch', 'auto'],
    [null, 'auto'],
  ] as const)('names the tier that answered, where it is told: %s', async (tier, named) => {
    const { usage } = sampleMessage([]);
    const message = sampleMessage([textBlock('x')], { usage: { ...usage, service_tier: tier } });
    expect(formatResponsesResponse(message, echo).service_tier).toBe(named);
    expect((await accumulated(written(eventsFromMessage(message)))).service_tier).toBe(named);
  });

  it('says of each search whether it failed', () => {
    const message = sampleMessages['web searches of which one failed'] ?? sampleMessage([]);
    const searches = formatResponsesResponse(message, echo).output.filter(({ type }) => type === 'web_search_call');
    expect(searches).toMatchObject([{ status: 'failed' }, { status: 'completed' }]);
    const events = eventsOf(written(eventsFromMessage(message)));
    expect(events.filter(({ type }) => type === 'response.web_search_call.completed')).toHaveLength(1);
  });

  it('names freeform and namespaced tools as the client declared them', async () => {
    const { echo: declared } = parseResponsesRequest({
      model: 'm',
      input: 'x',
      tools: [
        { type: 'custom', name: 'apply_patch' },
        { type: 'namespace', name: 'mcp', description: '', tools: [{ type: 'function', name: 'read' }] },
      ],
    });
    const message = sampleMessage(
      [toolUse('t1', 'apply_patch', { input: '*** Begin' }), toolUse('t2', 'mcp__read', { a: 1 })],
      {
        stop_reason: 'tool_use',
      },
    );
    const { output } = await accumulated(written(eventsFromMessage(message), declared));
    expect(output).toMatchObject([
      { type: 'custom_tool_call', call_id: 't1', name: 'apply_patch', input: '*** Begin', status: 'completed' },
      { type: 'function_call', call_id: 't2', namespace: 'mcp', name: 'read', arguments: '{"a":1}' },
    ]);
    expect(formatResponsesResponse(message, declared).output).toEqual(
      output.map(({ ...item }) => expect.objectContaining({ id: item.id })),
    );
  });

  it('fails with a code that Codex retries, as one of overload is final to it', () => {
    const formatter = new ResponsesStreamFormatter(echo);
    const [start] = eventsFromMessage(sampleMessage([]));
    if (start === undefined) throw new Error('no event');
    const { body } = formatError('responses', new GatewayError('overloaded', 'Overloaded'), 'req_1');
    const failed = eventsOf(formatter.write(start) + formatter.write({ type: 'ping' }) + formatter.fail(body)).at(-1);
    expect(failed).toMatchObject({
      type: 'response.failed',
      response: { status: 'failed', error: { code: 'server_error', message: 'Overloaded' } },
    });
  });

  it('keeps the code of a full context, and can fail before it has begun', () => {
    const error = new GatewayError('invalid_request', 'prompt is too long: 2 tokens > 1 maximum');
    const events = eventsOf(new ResponsesStreamFormatter(echo).fail(formatError('responses', error, 'r').body));
    expect(events.map((event) => event.type)).toEqual(['response.created', 'response.in_progress', 'response.failed']);
    expect(events.at(-1)).toMatchObject({ response: { error: { code: 'context_length_exceeded' } } });
  });
});
