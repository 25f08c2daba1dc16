import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import type { Message } from '../messages/messages.js';
import { fromResponsesAnswer } from './from-response.js';
import {
  accumulated,
  callItem,
  contextOf,
  framed,
  itemEvents,
  messageItem,
  type Payload,
  readAll,
  readBytes,
  reasoningItem,
  responseOf,
  sseBytes,
  streamOf,
} from './test/responses-upstream.js';

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
const json = fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 4 }).map((input) => JSON.stringify(input));
const item = fc.oneof(
  text.map((words) => messageItem(words)),
  fc.tuple(fc.constantFrom('Bash', 'get_weather'), json).map(([name, args]) => callItem(name, args)),
  fc.array(text, { maxLength: 3 }).map((summary) => reasoningItem(summary, 'sealed')),
);
const output = fc.array(item, { maxLength: 5 });
const thinking = fc.constantFrom('hidden' as const, 'omitted' as const, 'shown' as const);

/** Ids are new in every answer, and a stream has no place for the tier and the cache's breakdown. */
function comparable(message: Message): unknown {
  const { usage } = message;
  const { input_tokens, output_tokens, cache_read_input_tokens, cache_creation_input_tokens } = usage;
  return {
    ...message,
    id: 'new',
    usage: { input_tokens, output_tokens, cache_read_input_tokens, cache_creation_input_tokens },
  };
}

/** The events as text, less the id, which is new in every answer. */
function written(chunks: readonly Uint8Array[]): string {
  return JSON.stringify(readBytes(chunks)).replace(/msg_\w{24}/, 'msg_');
}

describe('however an answer is sent, the message is the same', () => {
  it('streamed or whole', async () => {
    await fc.assert(
      fc.asyncProperty(output, thinking, async (items, shown) => {
        const context = contextOf({ thinking: shown });
        const streamed = await accumulated(readAll(streamOf(items), context));
        const { message } = fromResponsesAnswer(JSON.parse(JSON.stringify(responseOf(items))), context);
        expect(comparable(streamed)).toEqual(comparable(message));
      }),
    );
  });

  it('with stop sequences anywhere in it', async () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 12 });
    const sequences = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 2, maxLength: 4 }), {
      minLength: 1,
      maxLength: 3,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(letters, { maxLength: 3 }), sequences, async (texts, stopSequences) => {
        const context = contextOf({ stopSequences });
        const items = texts.map((words) => messageItem(words));
        const streamed = await accumulated(readAll(streamOf(items), context));
        const { message } = fromResponsesAnswer(responseOf(items), context);
        expect(streamed.content).toEqual(message.content);
        expect(streamed.stop_sequence).toEqual(message.stop_sequence);
      }),
    );
  });

  it('with the events of its calls interleaved at random', async () => {
    const calls = fc.array(json, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(calls, fc.infiniteStream(fc.nat()), async (args, order) => {
        const items = args.map((one, index) => callItem('Bash', one, { call_id: `call_${index}` }));
        const queues = items.map((one, index) => itemEvents(one, index));
        const events: Payload[] = queues.flatMap((queue) => queue.splice(0, 1));
        while (queues.some((queue) => queue.length > 0)) {
          const open = queues.filter((queue) => queue.length > 0);
          events.push(...(open[(order.next().value ?? 0) % open.length]?.splice(0, 1) ?? []));
        }
        const streamed = await accumulated(readAll(framed(events, items)));
        expect(comparable(streamed)).toEqual(comparable(fromResponsesAnswer(responseOf(items), contextOf()).message));
      }),
    );
  });

  it('cut at every byte', () => {
    const items = [
      reasoningItem(['Weil — überlegt 🤔'], 'enc'),
      messageItem('Grüße 👩‍👩‍👧 ja'),
      callItem('Bash', '{"é":"ü"}'),
    ];
    const bytes = sseBytes(streamOf(items));
    const whole = written([bytes]);
    expect(whole).toContain('egt 🤔');
    for (let at = 0; at <= bytes.length; at += 1) {
      expect(written([bytes.subarray(0, at), bytes.subarray(at)])).toBe(whole);
    }
  });

  it('cut into random chunks', async () => {
    await fc.assert(
      fc.asyncProperty(output, fc.infiniteStream(fc.integer({ min: 1, max: 90 })), async (items, sizes) => {
        const bytes = sseBytes(streamOf(items));
        const chunks: Uint8Array[] = [];
        for (let at = 0; at < bytes.length;) {
          const size = sizes.next().value ?? 1;
          chunks.push(bytes.subarray(at, at + size));
          at += size;
        }
        const context = contextOf();
        const message = comparable(await accumulated(readBytes(chunks, context)));
        expect(message).toEqual(comparable(await accumulated(readBytes([bytes], context))));
      }),
    );
  });
});
