import { describe, expect, it } from '@jest/globals';

import { ResponsesStreamReader } from './from-stream.js';
import {
  accumulated,
  callItem,
  contextOf,
  framed,
  itemEvents,
  messageItem,
  type Payload,
  readAll,
  sseOf,
  streamOf,
} from './test/responses-upstream.js';

async function ending(payloads: readonly Payload[]): Promise<unknown> {
  const { stop_reason, stop_details } = await accumulated(readAll(payloads));
  return { stop_reason, stop_details };
}

describe('how an answer ends', () => {
  it('at the token limit is max_tokens, also with half a call in it', async () => {
    const half = callItem('Bash', '{"command":"echo 12', { status: 'incomplete' });
    const cut = { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } };
    const events = framed(
      itemEvents(half, 0).filter(({ type }) => type !== 'response.function_call_arguments.done'),
      [half],
      cut,
    );
    const all = readAll(events);
    const message = await accumulated(all);
    expect(message.stop_reason).toBe('max_tokens');
    expect(message.content).toMatchObject([{ type: 'tool_use', input: {} }]);
    // The block is not closed before the reason is known.
    expect(all.slice(-3).map(({ type }) => type)).toEqual(['content_block_stop', 'message_delta', 'message_stop']);
  });

  it('by a content filter or a refusal is refusal, with an explanation', async () => {
    const filtered = { status: 'incomplete', incomplete_details: { reason: 'content_filter' } };
    expect(await ending(streamOf([messageItem('Once')], filtered))).toEqual({
      stop_reason: 'refusal',
      stop_details: { type: 'refusal', category: null, explanation: expect.stringContaining('content filter') },
    });
    const at = { output_index: 0, content_index: 0 };
    const item = messageItem('', { content: [{ type: 'refusal', refusal: 'I cannot.' }] });
    const events: Payload[] = [
      { type: 'response.output_item.added', output_index: 0, item: { ...item, content: [] } },
      { type: 'response.refusal.delta', ...at, delta: 'I can' },
      { type: 'response.refusal.delta', ...at, delta: 'not.' },
      { type: 'response.refusal.done', ...at, refusal: 'I cannot.' },
      { type: 'response.output_item.done', output_index: 0, item },
    ];
    const message = await accumulated(readAll(framed(events, [item])));
    expect(message.content).toMatchObject([{ type: 'text', text: 'I cannot.' }]);
    expect(message.stop_details?.explanation).toBe('I cannot.');
    expect(message.stop_reason).toBe('refusal');
  });

  it.each([{ reason: 'steered' }, { reason: 'max_messages' }, null])(
    'in the middle for %j is max_tokens with a warning, and never a call to be run',
    async (details) => {
      const cut = { status: 'incomplete', incomplete_details: details };
      for (const item of [messageItem('Hi'), callItem('Bash', '{"command":"ls"}')]) {
        const reader = new ResponsesStreamReader(contextOf());
        const message = await accumulated(readAll(streamOf([item], cut), contextOf(), reader));
        expect(message.stop_reason).toBe('max_tokens');
        expect(reader.warnings).toEqual([{ code: 'finish_reason_unknown', path: 'stop_reason' }]);
      }
    },
  );

  it('whole, for a reason nobody knows, is end_turn with a warning', async () => {
    const reader = new ResponsesStreamReader(contextOf());
    const odd = { incomplete_details: { reason: 'odd' } };
    const message = await accumulated(readAll(streamOf([messageItem('Hi')], odd), contextOf(), reader));
    expect(message.stop_reason).toBe('end_turn');
    expect(reader.warnings).toEqual([{ code: 'finish_reason_unknown', path: 'stop_reason' }]);
  });

  it('without usage is an estimate with a warning', async () => {
    const reader = new ResponsesStreamReader(contextOf());
    const events = readAll(streamOf([messageItem('12345678')], { usage: null }), contextOf(), reader);
    expect((await accumulated(events)).usage).toMatchObject({ input_tokens: 0, output_tokens: 2 });
    expect(reader.warnings).toEqual([{ code: 'usage_estimated', path: 'usage' }]);
    expect(reader.usage).toBeUndefined();
  });

  it('at a stop sequence that deltas cut apart', async () => {
    const context = contextOf({ stopSequences: ['STOP'] });
    const reader = new ResponsesStreamReader(context);
    const events: Payload[] = itemEvents(messageItem('abcSTOPdef'), 0, 5);
    const all = events.flatMap((event) => [...reader.read(sseOf(event))]);
    expect(reader.finished).toBe(true);
    expect(reader.cut).toBe(true);
    expect(reader.usage).toBeUndefined();
    const message = await accumulated([...all, ...reader.end(70)]);
    expect(message.usage).toMatchObject({ input_tokens: 70, output_tokens: 1 });
    expect(reader.usage).toMatchObject({ input_tokens: 70, output_tokens: 1 });
    expect(message.content).toMatchObject([{ type: 'text', text: 'abc' }]);
    expect(message).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: 'STOP' });
  });

  it('shows what looked like a stop sequence and was none', async () => {
    const message = await accumulated(
      readAll(streamOf([messageItem('abcSTO')]), contextOf({ stopSequences: ['STOP'] })),
    );
    expect(message.content).toMatchObject([{ text: 'abcSTO' }]);
    expect(message.stop_reason).toBe('end_turn');
  });

  it('names the edits of the context when the client asked for some', () => {
    const events = readAll(streamOf([messageItem('Hi')]), contextOf({ contextManagement: true }));
    expect(events[0]).toMatchObject({ message: { context_management: { applied_edits: [] } } });
    expect(events.at(-2)).toMatchObject({ context_management: { applied_edits: [] } });
  });
});
