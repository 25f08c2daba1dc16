import { describe, expect, it } from '@jest/globals';

import { openReasoning } from '../openai/reasoning-envelope.js';
import { ResponsesStreamReader } from './from-stream.js';
import {
  accumulated,
  contextOf,
  framed,
  itemEvents,
  messageItem,
  type Payload,
  readAll,
  reasoningItem,
  streamOf,
} from './test/responses-upstream.js';

describe('reasoning', () => {
  const stream = streamOf([reasoningItem(['Because.'], 'enc'), messageItem('So.')]);

  it('carries the encrypted content of the whole item, not of its announcement, in the signature', async () => {
    const { content } = await accumulated(readAll(stream));
    const [thinking] = content;
    if (thinking?.type !== 'thinking') throw new Error('no thinking');
    expect(openReasoning(thinking.signature)).toEqual({
      provider: 'azure-openai',
      model: 'gpt-5.6',
      item: { id: 'rs_1', encrypted_content: 'enc', summary: ['Because.'] },
    });
  });

  it('is a block without text when the client wants it omitted, and no block when it did not ask', async () => {
    const omitted = await accumulated(readAll(stream, contextOf({ thinking: 'omitted' })));
    expect(omitted.content.map(({ type }) => type)).toEqual(['thinking', 'text']);
    expect(omitted.content[0]).toMatchObject({ thinking: '', signature: expect.stringMatching(/^cpx1\./) });
    const hidden = await accumulated(readAll(stream, contextOf({ thinking: 'hidden' })));
    expect(hidden.content).toMatchObject([{ type: 'text', text: 'So.' }]);
  });

  it('is a block even without a summary, because the next turn needs it', async () => {
    const { content } = await accumulated(readAll(streamOf([reasoningItem([], 'enc'), messageItem('So.')])));
    expect(content).toMatchObject([{ type: 'thinking', thinking: '' }, { type: 'text' }]);
  });

  it('of open models is shown, and not twice where a summary comes too', async () => {
    const item = { ...reasoningItem(['Short.']), content: [{ type: 'reasoning_text', text: 'Long.' }] };
    const events: Payload[] = [
      { type: 'response.output_item.added', output_index: 0, item: { ...item, summary: [], content: [] } },
      { type: 'response.reasoning_text.delta', output_index: 0, content_index: 0, delta: 'Lo' },
      { type: 'response.reasoning_text.delta', output_index: 0, content_index: 0, delta: 'ng.' },
      { type: 'response.reasoning_summary_text.delta', output_index: 0, summary_index: 0, delta: 'Short.' },
      { type: 'response.output_item.done', output_index: 0, item },
    ];
    const { content } = await accumulated(readAll(framed(events, [item])));
    expect(content).toMatchObject([{ thinking: 'Long.' }]);
  });

  it('whose encrypted content comes only with response.completed is handed out by its id', async () => {
    const whole = reasoningItem([], 'late');
    const events = [...itemEvents(reasoningItem([]), 0), ...itemEvents(messageItem('So.'), 1)];
    const reader = new ResponsesStreamReader(contextOf());
    const { content } = await accumulated(readAll(framed(events, [whole, messageItem('So.')]), contextOf(), reader));
    if (content[0]?.type !== 'thinking') throw new Error('no thinking');
    expect(openReasoning(content[0].signature)?.item).toEqual({ id: 'rs_1' });
    expect([...reader.lateReasoning]).toEqual([['rs_1', 'late']]);
  });
});
