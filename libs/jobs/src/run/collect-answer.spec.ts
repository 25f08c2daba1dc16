import { describe, expect, it } from '@jest/globals';
import type { GatewayAnswer } from '#gateway';
import { GatewayError } from '#wire';
import { collectAnswer } from './collect-answer.js';

function answer(
  body: GatewayAnswer['body'],
  settlement: Awaited<GatewayAnswer['settlement']> = { outcome: 'ended' },
): GatewayAnswer {
  return { status: 200, headers: {}, body, settlement: Promise.resolve(settlement) };
}

type Frame = Readonly<Record<string, unknown>> & { readonly type: string };

function framesOf(events: readonly Frame[]): string[] {
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
}

const frames = framesOf([
  {
    type: 'message_start',
    message: {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'm',
      content: [],
      usage: { input_tokens: 3, output_tokens: 1 },
    },
  },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Grüße' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 5 } },
  { type: 'message_stop' },
]);

/** The one block of an answer that starts as `block` and goes on with `deltas`, as JSON text. */
async function collected(block: object, ...deltas: object[]): Promise<string> {
  const [start = '', , , stop = '', ...end] = frames;
  const middle = framesOf([
    { type: 'content_block_start', index: 0, content_block: block },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index: 0, delta })),
  ]);
  const text = [start, ...middle, stop, ...end].join('');
  const { content } = JSON.parse(await collectAnswer(answer(chunksOf(text, 1000)))) as { content: unknown[] };
  expect(content).toHaveLength(1);
  return JSON.stringify(content[0]);
}

async function* chunksOf(text: string, bytes: number): AsyncGenerator<Uint8Array> {
  const all = Buffer.from(text);
  for (let at = 0; at < all.length; at += bytes) yield all.subarray(at, at + bytes);
}

describe('collectAnswer', () => {
  it('returns a plain answer as it is', async () => {
    expect(await collectAnswer(answer('{"a":1.0}'))).toBe('{"a":1.0}');
    expect(await collectAnswer(answer(Buffer.from('xx{"a":"é"}').subarray(2)))).toBe('{"a":"é"}');
  });

  it.each([1, 7, 10_000])('makes one message of a stream that comes in pieces of %d bytes', async (bytes) => {
    expect(JSON.parse(await collectAnswer(answer(chunksOf(frames.join(''), bytes))))).toMatchObject({
      id: 'msg_1',
      content: [{ type: 'text', text: 'Grüße' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 3, output_tokens: 5 },
    });
  });

  it.each([
    ['mcp_tool_use', { type: 'mcp_tool_use', id: 'm', input: {} }],
    ['tool_use', { type: 'tool_use', id: 't', input: {} }],
  ])('keeps the input of %s', async (_type, block) => {
    const json = ['{"city":"Par', 'is"}'].map((text) => ({ type: 'input_json_delta', partial_json: text }));
    expect(JSON.parse(await collected(block, ...json))).toEqual({ ...block, input: { city: 'Paris' } });
  });

  it('keeps numbers that JavaScript cannot hold', async () => {
    const block = { type: 'tool_use', id: 't', input: {} };
    const [start = '', , , stop = '', ...end] = frames;
    const middle = framesOf([
      { type: 'content_block_start', content_block: block },
      {
        type: 'content_block_delta',
        delta: { type: 'input_json_delta', partial_json: '{"id":12345678901234567890,"n":1.0}' },
      },
    ]);
    const text = await collectAnswer(answer(chunksOf([start, ...middle, stop, ...end].join(''), 1000)));
    expect(text).toContain('"input":{"id":12345678901234567890,"n":1.0}');
  });

  it.each([
    [
      { type: 'compaction', content: null },
      [{ type: 'compaction_delta', content: 'summary of everything', encrypted_content: 'gA' }],
      { type: 'compaction', content: 'summary of everything', encrypted_content: 'gA' },
    ],
    [
      { type: 'thinking', thinking: '' },
      [
        { type: 'thinking_delta', thinking: 'Hm' },
        { type: 'signature_delta', signature: 'SIG' },
      ],
      { type: 'thinking', thinking: 'Hm', signature: 'SIG' },
    ],
    [
      { type: 'of_tomorrow' },
      [
        { type: 'smell_delta', smell: 'ro' },
        { type: 'smell_delta', smell: 'se' },
      ],
      { type: 'of_tomorrow', smell: 'rose' },
    ],
  ])('keeps all that deltas say of %j', async (block, deltas, whole) => {
    expect(JSON.parse(await collected(block, ...deltas))).toEqual(whole);
  });

  it('takes an answer for whole whose last blank line is missing, as direct streams do', async () => {
    const text = await collectAnswer(answer(chunksOf(frames.join('').trimEnd(), 50)));
    expect(JSON.parse(text)).toMatchObject({ stop_reason: 'end_turn' });
  });

  it.each(['data: {"type":\n\n', 'data: null\n\n', 'data: {"type":"message_start"}\n\n'])(
    'says that %j makes no sense',
    async (text) => {
      await expect(collectAnswer(answer(chunksOf(text, 50)))).rejects.toMatchObject({
        code: 'upstream_invalid_answer',
      });
    },
  );

  it('leaves a stream that does not end', async () => {
    let left = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      const frame = Buffer.from(`${frames[0]}${`: ${'x'.repeat(1024)}\n`.repeat(1024)}`);
      try {
        for (;;) yield frame;
      } finally {
        left = true;
      }
    }
    await expect(collectAnswer(answer(endless()))).rejects.toMatchObject({ code: 'upstream_invalid_answer' });
    expect(left).toBe(true);
  });

  it('throws why a stream broke', async () => {
    const error = new GatewayError('overloaded', 'Overloaded');
    const broken = `${frames[0]}event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n`;
    await expect(collectAnswer(answer(chunksOf(broken, 50), { outcome: 'failed', error }))).rejects.toBe(error);
  });
});
