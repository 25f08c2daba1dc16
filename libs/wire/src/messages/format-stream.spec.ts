import { isDeepStrictEqual } from 'node:util';
import Anthropic from '@anthropic-ai/sdk';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { formatError } from '../error-body.js';
import { GatewayError } from '../gateway-error.js';
import { SseDecoder } from '../sse/sse-decoder.js';
import { fetchOfStream } from '../sse/sse-response.fixture.js';
import { eventsFromMessage } from './events-from-message.js';
import { MessagesStreamFormatter } from './format-stream.js';
import { MessagesStreamReader } from './from-stream.js';
import { messageFromEvents } from './message-from-events.js';
import type { Message, MessagesEvent } from './messages.js';
import { sampleMessage, sampleMessages, textBlock } from './sample-messages.fixture.js';

function written(events: Iterable<MessagesEvent>): string {
  const formatter = new MessagesStreamFormatter();
  return [...events].map((event) => formatter.write(event)).join('') + formatter.end();
}

function accumulated(sse: string): Promise<Message> {
  const client = new Anthropic({ apiKey: 'k', maxRetries: 0, fetch: fetchOfStream(sse) });
  const params = { model: 'claude-x', max_tokens: 1, messages: [{ role: 'user' as const, content: 'x' }] };
  return client.messages.stream(params).finalMessage();
}

function readBack(chunks: readonly Uint8Array[]): MessagesEvent[] {
  const context = {
    model: 'claude-x',
    upstream: { provider: 'anthropic', model: 'claude-x' },
    toolNames: new Map<string, string>(),
    stopSequences: [],
    thinking: 'shown' as const,
    contextManagement: false,
  };
  const decoder = new SseDecoder();
  const reader = new MessagesStreamReader(context);
  const events = chunks.flatMap((chunk) => decoder.push(chunk)).flatMap((event) => reader.read(event));
  return [...events, ...reader.end()];
}

describe.each(Object.entries(sampleMessages))('a stream of %s', (_name, message) => {
  it('is accumulated by the Anthropic SDK to the same message', async () => {
    const { usage, ...rest } = await accumulated(written(eventsFromMessage(message)));
    expect({ ...rest, usage: { ...usage } }).toMatchObject({ ...message, usage: { ...message.usage } });
  });

  it('comes back as the same events and the same message, wherever it is cut', () => {
    const events = [...eventsFromMessage(message)];
    const bytes = new TextEncoder().encode(written(events));
    for (let at = 0; at <= bytes.length; at += 1) {
      const back = readBack([bytes.subarray(0, at), bytes.subarray(at)]);
      if (!isDeepStrictEqual(messageFromEvents(back), message)) expect(messageFromEvents(back)).toEqual(message);
    }
  });
});

describe('MessagesStreamFormatter', () => {
  it('writes any text so that it reads the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const message = sampleMessage([textBlock(text)]);
        const back = readBack([new TextEncoder().encode(written(eventsFromMessage(message)))]);
        expect(messageFromEvents(back).content).toEqual([textBlock(text)]);
      }),
    );
  });

  it('fails so that the SDK throws', async () => {
    const formatter = new MessagesStreamFormatter();
    const [start] = eventsFromMessage(sampleMessage([]));
    if (start === undefined) throw new Error('no event');
    const { body } = formatError('messages', new GatewayError('overloaded', 'Overloaded'), 'req_1');
    const sse = formatter.write(start) + formatter.write({ type: 'ping' }) + formatter.fail(body);
    await expect(accumulated(sse)).rejects.toThrow('Overloaded');
  });
});
