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
import { formatChatResponse } from './format-response.js';
import { ChatStreamFormatter } from './format-stream.js';
import type { ChatEcho } from './parse-request.js';

type Chunk = OpenAI.Chat.Completions.ChatCompletionChunk;

const plainEcho: ChatEcho = { model: 'asked-for', includeUsage: true, customTools: [], legacyFunctions: false };

function written(message: Message, echo: ChatEcho = plainEcho): string {
  const formatter = new ChatStreamFormatter(echo);
  return [...eventsFromMessage(message)].map((event) => formatter.write(event)).join('') + formatter.end();
}

function chunksOf(sse: string): Chunk[] {
  const events = new SseDecoder().push(Buffer.from(sse));
  return events.filter((event) => event.data !== '[DONE]').map((event) => JSON.parse(event.data) as Chunk);
}

async function accumulated(sse: string): Promise<OpenAI.Chat.Completions.ChatCompletion> {
  const client = new OpenAI({ apiKey: 'k', maxRetries: 0, fetch: fetchOfStream(sse) });
  const stream = client.chat.completions.stream({ model: 'm', messages: [{ role: 'user', content: 'x' }] });
  return stream.finalChatCompletion();
}

/** What only the plain answer has, or what the SDK adds of its own. */
function comparable(completion: OpenAI.Chat.Completions.ChatCompletion): unknown {
  const [choice] = completion.choices;
  const { content, refusal, annotations, tool_calls: calls } = choice?.message ?? {};
  const { reasoning_details: details } = (choice?.message ?? {}) as { reasoning_details?: unknown };
  return {
    id: completion.id,
    model: completion.model,
    usage: completion.usage,
    reason: choice?.finish_reason,
    text: content ?? '',
    refusal: refusal ?? null,
    annotations: annotations ?? [],
    details: details ?? [],
    calls: (calls ?? []).map((call) =>
      call.type === 'function'
        ? [call.id, call.function.name, call.function.arguments]
        : [call.id, call.custom.name, call.custom.input],
    ),
  };
}

describe.each(Object.entries({ ...sampleMessages, ...markedMessages }))('a Chat stream of %s', (_name, message) => {
  it('is accumulated by the OpenAI SDK to what the plain answer says', async () => {
    expect(comparable(await accumulated(written(message)))).toEqual(comparable(formatChatResponse(message, plainEcho)));
  });

  it('says the same id, time and model in every chunk, and ends with [DONE]', () => {
    const sse = written(message);
    const chunks = chunksOf(sse);
    expect(new Set(chunks.map(({ id, created, model }) => JSON.stringify([id, created, model]))).size).toBe(1);
    expect(chunks[0]?.model).toBe('asked-for');
    expect(sse.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(sse).not.toContain('event:');
  });
});

describe('ChatStreamFormatter', () => {
  const tools = sampleMessages['parallel tool calls behind text'] ?? sampleMessage([]);

  it('counts tool calls from zero, whatever blocks come before them', () => {
    const indexes = chunksOf(written(tools)).flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []);
    expect(indexes.map(({ index, id }) => [index, id])).toEqual([
      [0, 'toolu_1'],
      [0, undefined],
      [1, 'toolu_2'],
      [1, undefined],
    ]);
  });

  it.each([
    ['standard', 'default'],
    ['priority', 'priority'],
    ['batch', undefined],
    [null, undefined],
  ] as const)('names the tier that answered, where it is told: %s', async (tier, named) => {
    const { usage } = sampleMessage([]);
    const message = sampleMessage([textBlock('x')], { usage: { ...usage, service_tier: tier } });
    expect(formatChatResponse(message, plainEcho).service_tier).toBe(named);
    expect((await accumulated(written(message))).service_tier).toBe(named);
  });

  it('names the tier that is told only at the end', async () => {
    const events = [...eventsFromMessage(sampleMessage([textBlock('x')]))].map((event) =>
      event.type === 'message_delta' ? { ...event, usage: { ...event.usage, service_tier: 'priority' } } : event,
    );
    for (const includeUsage of [true, false]) {
      const formatter = new ChatStreamFormatter({ ...plainEcho, includeUsage });
      const sse = events.map((event) => formatter.write(event)).join('') + formatter.end();
      expect((await accumulated(sse)).service_tier).toBe('priority');
    }
  });

  it('sends usage once, in a last chunk without choices, and only to who asked for it', () => {
    const chunks = chunksOf(written(tools));
    expect(chunks.at(-1)).toMatchObject({
      choices: [],
      usage: { prompt_tokens: 115, completion_tokens: 20, total_tokens: 135 },
    });
    expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
    expect(written(tools, { ...plainEcho, includeUsage: false })).not.toContain('usage');
  });

  it('shows thinking as reasoning_content, with the envelope that brings the signature back', () => {
    const sse = written(sampleMessages['thinking before text'] ?? sampleMessage([]));
    const deltas = chunksOf(sse).map((chunk) => chunk.choices[0]?.delta as Record<string, unknown> | undefined);
    expect(deltas).toContainEqual({ reasoning_content: 'Let me see. Yes.' });
    expect(deltas).toContainEqual({
      reasoning_details: [
        expect.objectContaining({ type: 'reasoning.text', signature: expect.stringMatching(/^cpx1\./) }),
      ],
    });
    expect(sse).not.toContain('EqQBsig');
  });

  it('answers freeform tools and legacy functions in their own form', async () => {
    const message = sampleMessage([toolUse('toolu_1', 'patch', { input: '*** Begin\n' })], { stop_reason: 'tool_use' });
    const custom = { ...plainEcho, customTools: ['patch'] };
    const calls = chunksOf(written(message, custom)).flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []);
    expect(calls).toEqual([
      { index: 0, id: 'toolu_1', type: 'custom', custom: { name: 'patch', input: '' } },
      { index: 0, custom: { input: '*** Begin\n' } },
    ]);
    const legacy = { ...plainEcho, legacyFunctions: true };
    const { choices } = await accumulated(written(message, legacy));
    expect(choices[0]).toMatchObject({
      finish_reason: 'function_call',
      message: { function_call: { name: 'patch', arguments: '{"input":"*** Begin\\n"}' } },
    });
  });

  it('fails at a second call of a legacy client, which has one place for both', () => {
    const formatter = new ChatStreamFormatter({ ...plainEcho, legacyFunctions: true });
    const said: string[] = [];
    expect(() => {
      for (const event of eventsFromMessage(tools)) said.push(formatter.write(event));
    }).toThrow(expect.objectContaining({ code: 'upstream_invalid_answer' }));
    expect(said.join('')).not.toContain('get_time');
  });

  it('gives a call without arguments an empty object', async () => {
    const formatter = new ChatStreamFormatter(plainEcho);
    const events = [...eventsFromMessage(tools)].filter((event) => !isArgumentsOf(event, 2));
    const { choices } = await accumulated(events.map((event) => formatter.write(event)).join('') + formatter.end());
    expect(choices[0]?.message.tool_calls?.[1]).toMatchObject({ function: { name: 'get_time', arguments: '{}' } });
  });

  it('fails so that the SDK throws the error', async () => {
    const formatter = new ChatStreamFormatter(plainEcho);
    const [start] = eventsFromMessage(sampleMessage([textBlock('x')]));
    if (start === undefined) throw new Error('no event');
    const { body } = formatError('chat', new GatewayError('overloaded', 'Overloaded'), 'req_1');
    const sse = formatter.write(start) + formatter.write({ type: 'ping' }) + formatter.fail(body);
    await expect(accumulated(sse)).rejects.toThrow('Overloaded');
  });
});

function isArgumentsOf(event: MessagesEvent, index: number): boolean {
  return event.type === 'content_block_delta' && event.index === index;
}
