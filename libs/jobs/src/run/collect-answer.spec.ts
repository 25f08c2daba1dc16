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

const frames = [
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
].map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);

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
