import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { GatewayError } from '../gateway-error.js';
import type { MessagesEvent } from '../messages/messages.js';
import { fromChatResponse } from './from-response.js';
import { ChatStreamReader } from './from-stream.js';
import {
  accumulated,
  call,
  contextOf,
  delta,
  joined,
  type Payload,
  readBytes,
  sseOf,
  usageChunk,
  whole,
} from './test/chat-upstream.js';

const context = contextOf({ stopSequences: ['</stop>'] });

function written(bytes: Uint8Array, chunkSizes: readonly number[] = []): string {
  const events = readBytes(bytes, new ChatStreamReader(context), chunkSizes);
  return JSON.stringify(events).replaceAll(/msg_\w{24}/g, 'msg_');
}

function pieces(text: string, cuts: readonly number[]): string[] {
  const at = [...new Set([0, ...cuts.map((cut) => cut % (text.length + 1)), text.length])].toSorted((a, b) => a - b);
  return at.slice(1).map((end, index) => text.slice(at[index], end));
}

interface Answer {
  readonly thinking: string;
  readonly text: string;
  readonly calls: readonly { readonly id: string; readonly input: Record<string, unknown> }[];
}

const words = fc.string({ unit: 'grapheme', maxLength: 20 });
const answer: fc.Arbitrary<Answer> = fc.record({
  thinking: words,
  text: words,
  calls: fc
    .array(fc.dictionary(words, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }), { maxLength: 3 })
    .map((inputs) => inputs.map((input, index) => ({ id: `call_${index}`, input }))),
});
const cuts = fc.array(fc.nat(), { maxLength: 4 });

/** The fragments of all calls, dealt out in an order that keeps each call's own. */
function interleaved(queues: Payload[][], order: readonly number[]): Payload[] {
  const dealt: Payload[] = [];
  for (let turn = 0; queues.some((queue) => queue.length > 0); turn += 1) {
    const left = queues.filter((queue) => queue.length > 0);
    const next = left[(order[turn % Math.max(1, order.length)] ?? 0) % left.length]?.shift();
    if (next !== undefined) dealt.push(next);
  }
  return dealt;
}

function streamOf({ thinking, text, calls }: Answer, at: readonly number[], order: readonly number[]): Payload[] {
  const queues = calls.map(({ id, input }, index) => [
    call(index, { id, name: 'Bash', arguments: '' }),
    ...pieces(JSON.stringify(input), at).map((piece) => call(index, { arguments: piece })),
  ]);
  return whole(
    [
      ...pieces(thinking, at).map((piece) => delta({ reasoning_content: piece })),
      ...pieces(text, at).map((piece) => delta({ content: piece })),
      ...interleaved(queues, order),
    ],
    calls.length > 0 ? 'tool_calls' : 'stop',
  );
}

describe('however a Chat answer is sent, the message is the same', () => {
  const said = ['Grüße ', '👩‍👩‍👧', ' ja </st', 'op> no'];
  const bytes = sseOf(
    whole([
      delta({ reasoning_content: 'überlegt 🤔' }),
      call(0, { id: 'a', name: 'Bash', arguments: '{"é":' }),
      call(0, { arguments: '"ü"}' }),
      ...said.map((content) => delta({ content })),
    ]),
  );

  it('cut at every byte', () => {
    const expected = written(bytes);
    expect(joined(JSON.parse(expected) as MessagesEvent[], 'text_delta')).toBe('Grüße 👩‍👩‍👧 ja ');
    for (let at = 0; at <= bytes.length; at += 1) expect(written(bytes, [at])).toBe(expected);
  });

  it('byte by byte, and with CRLF', () => {
    const expected = written(bytes);
    expect(
      written(
        bytes,
        Array.from({ length: bytes.length }, () => 1),
      ),
    ).toBe(expected);
    const crlf = new TextEncoder().encode(new TextDecoder().decode(bytes).replaceAll('\n', '\r\n'));
    expect(
      written(
        crlf,
        Array.from({ length: crlf.length }, () => 1),
      ),
    ).toBe(expected);
  });

  it('in pieces of any size, calls interleaved in any order, or plain', async () => {
    await fc.assert(
      fc.asyncProperty(answer, cuts, fc.array(fc.nat(), { maxLength: 5 }), async (one, at, order) => {
        const streamed = await accumulated(
          readBytes(sseOf(streamOf(one, at, order)), new ChatStreamReader(contextOf())),
        );
        const plain = fromChatResponse(
          {
            choices: [
              {
                index: 0,
                finish_reason: one.calls.length > 0 ? 'tool_calls' : 'stop',
                message: {
                  content: one.text,
                  reasoning_content: one.thinking,
                  tool_calls: one.calls.map(({ id, input }) => ({
                    id,
                    function: { name: 'Bash', arguments: JSON.stringify(input) },
                  })),
                },
              },
            ],
            usage: usageChunk['usage'],
          },
          contextOf(),
        ).message;
        const essence = ({ content, stop_reason: stop }: Pick<typeof plain, 'content' | 'stop_reason'>) => {
          // Calls that interleave are written in the order in which they began.
          const inOrder = content.toSorted((a, b) =>
            a.type === 'tool_use' && b.type === 'tool_use' ? a.id.localeCompare(b.id) : 0,
          );
          return JSON.parse(JSON.stringify({ inOrder, stop })) as unknown;
        };
        expect(essence(streamed)).toEqual(essence(plain));
        expect(plain.content.filter(({ type }) => type === 'tool_use')).toMatchObject(
          JSON.parse(JSON.stringify(one.calls)),
        );
        expect(streamed.usage).toMatchObject({ input_tokens: 12, output_tokens: 30, cache_read_input_tokens: 100 });
      }),
    );
  });
});

/** Throws unless the events keep Anthropic's grammar so far. */
function checkGrammar(events: readonly MessagesEvent[], ended: boolean): void {
  let next = 0;
  let open = false;
  const types = events.map(({ type }) => type);
  for (const event of events) {
    if (event.type === 'content_block_start') {
      expect([open, event.index]).toEqual([false, next]);
      open = true;
    } else if (event.type === 'content_block_delta') {
      expect([open, event.index]).toEqual([true, next]);
    } else if (event.type === 'content_block_stop') {
      expect([open, event.index]).toEqual([true, next]);
      open = false;
      next += 1;
    }
  }
  if (types.length > 0) expect(types[0]).toBe('message_start');
  expect(types.filter((type) => type === 'message_start').length).toBeLessThanOrEqual(1);
  expect(types.includes('message_stop')).toBe(ended);
  if (ended) expect([open, types.at(-2)]).toEqual([false, 'message_delta']);
}

describe('whatever an upstream sends', () => {
  const fragment = fc.record(
    {
      index: fc.oneof(fc.integer({ min: -1, max: 3 }), fc.constant(null)),
      id: fc.constantFrom('a', 'b', '', null),
      function: fc.oneof(
        fc.record(
          {
            name: fc.constantFrom('Bash', 'parallel', '', 'Re', 'ad', null),
            arguments: fc.constantFrom('{', '}', '{}', '"a"', ':1', '', '12', '{"a":1}', null, {}),
          },
          { requiredKeys: [] },
        ),
        fc.anything(),
      ),
    },
    { requiredKeys: [] },
  );
  const content = fc.record(
    {
      content: fc.oneof(fc.string(), fc.anything()),
      refusal: fc.oneof(fc.string(), fc.constant(null)),
      reasoning: fc.string(),
      reasoning_details: fc.anything(),
      tool_calls: fc.oneof(fc.array(fragment, { maxLength: 3 }), fc.anything()),
      function_call: fc.anything(),
    },
    { requiredKeys: [] },
  );
  const choice = fc.oneof(
    fc.record({
      index: fc.constantFrom(0, 1),
      delta: content,
      finish_reason: fc.constantFrom(null, null, 'stop', 'tool_calls', 'length', 'error'),
    }),
    fc.anything(),
  );
  const chunk = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record(
        { choices: fc.array(choice, { maxLength: 2 }), usage: fc.anything(), service_tier: fc.anything() },
        { requiredKeys: ['choices'] },
      ),
    },
    { weight: 1, arbitrary: fc.object() },
  );
  const data = fc.oneof(
    { weight: 20, arbitrary: chunk.map((payload) => JSON.stringify(payload)) },
    { weight: 1, arbitrary: fc.oneof(fc.string(), fc.constant('[DONE]')) },
  );

  it('the events keep the grammar, and what is thrown is an error of ours', () => {
    fc.assert(
      fc.property(
        fc.array(data, { maxLength: 12 }),
        fc.constantFrom('hidden' as const, 'omitted' as const, 'shown' as const),
        (lines, thinking) => {
          const reader = new ChatStreamReader(contextOf({ thinking, stopSequences: ['a'] }));
          const events: MessagesEvent[] = [];
          let ended = true;
          try {
            for (const line of lines) events.push(...reader.read({ event: '', data: line }));
            events.push(...reader.end());
          } catch (error) {
            if (!(error instanceof GatewayError)) throw error;
            ended = false;
          }
          checkGrammar(events, ended);
          expect(reader.finished).toBe(true);
          expect(reader.end()).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('a plain answer is a message or an error of ours', () => {
    const message = fc.record(
      {
        content: fc.anything(),
        refusal: fc.anything(),
        tool_calls: fc.oneof(fc.array(fragment), fc.anything()),
        function_call: fc.anything(),
      },
      { requiredKeys: [] },
    );
    const completion = fc.record(
      { choices: fc.array(fc.record({ message, finish_reason: fc.anything() })), usage: fc.anything() },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(completion, fc.jsonValue()), (json) => {
        try {
          fromChatResponse(JSON.parse(JSON.stringify(json) ?? 'null'), contextOf());
        } catch (error) {
          if (!(error instanceof GatewayError)) throw error;
        }
      }),
      { numRuns: 300 },
    );
  });
});
