import Anthropic from '@anthropic-ai/sdk';
import { describe, expect, it } from '@jest/globals';

import { fetchOfStream } from '../sse/sse-response.fixture.js';
import { messageFromEvents } from './message-from-events.js';
import type { MessagesEvent } from './messages.js';

const usage = { input_tokens: 9, output_tokens: 1 };

/** Events of a beta, which the stable types do not have. */
function streamOf(message: object, blocks: readonly (readonly object[])[], ending: object): MessagesEvent[] {
  const content = blocks.flatMap(([content_block, ...deltas], index) => [
    { type: 'content_block_start', index, content_block },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ]);
  const head = { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-a', content: [], usage };
  const start = { ...head, container: null, ...message };
  const delta = { stop_reason: 'end_turn', stop_sequence: null, stop_details: null, container: null };
  const end = { type: 'message_delta', delta, usage: { output_tokens: 5 }, ...ending };
  const events = [{ type: 'message_start', message: start }, ...content, end, { type: 'message_stop' }];
  return events as unknown as MessagesEvent[];
}

/** What Anthropic's own SDK makes of the same events. */
async function sdkAnswer(events: readonly MessagesEvent[]): Promise<object> {
  const sse = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
  const client = new Anthropic({ apiKey: 'none', fetch: fetchOfStream(sse, 64) });
  const stream = client.beta.messages.stream({ model: 'claude-a', max_tokens: 9, messages: [] });
  const { parsed_output: _parsed, ...message } = await stream.finalMessage();
  return JSON.parse(JSON.stringify(message)) as object;
}

describe('messageFromEvents', () => {
  it.each<[string, MessagesEvent[], object]>([
    [
      'leaves estimates of progress out of the thinking',
      streamOf(
        {},
        [
          [
            { type: 'thinking', thinking: '', signature: '' },
            { type: 'thinking_delta', thinking: '', estimated_tokens: 50 },
            { type: 'thinking_delta', thinking: '', estimated_tokens: 100 },
            { type: 'signature_delta', signature: 'sig' },
          ],
        ],
        {},
      ),
      { content: [{ type: 'thinking', thinking: '', signature: 'sig' }] },
    ],
    [
      'keeps what the start has told where the end says null',
      streamOf({ container: { id: 'c' }, input_transformations: [{ type: 'thinking_dropped' }] }, [], {
        input_transformations: null,
      }),
      { container: { id: 'c' }, input_transformations: [{ type: 'thinking_dropped' }] },
    ],
    [
      'takes over what the end tells anew',
      streamOf({ container: { id: 'c' } }, [], {
        delta: { stop_reason: 'end_turn', stop_sequence: null, stop_details: null, container: { id: 'd' } },
        context_management: { applied_edits: [] },
        usage: { output_tokens: 5, iterations: [{ type: 'message' }] },
      }),
      {
        container: { id: 'd' },
        context_management: { applied_edits: [] },
        usage: { ...usage, output_tokens: 5, iterations: [{ type: 'message' }] },
      },
    ],
    [
      'names the model that went on where another had declined',
      streamOf(
        {},
        [
          [
            {
              type: 'fallback',
              from: { model: 'claude-a' },
              to: { model: 'claude-b' },
              trigger: { type: 'refusal', category: null },
            },
          ],
          [
            { type: 'text', text: '', citations: null },
            { type: 'text_delta', text: 'hi' },
          ],
        ],
        {},
      ),
      { model: 'claude-b' },
    ],
    [
      'goes on with a compaction',
      streamOf(
        {},
        [
          [
            { type: 'compaction', content: null, encrypted_content: null },
            { type: 'compaction_delta', content: 'long ago', encrypted_content: 'e' },
          ],
        ],
        {},
      ),
      { content: [{ type: 'compaction', content: 'long ago', encrypted_content: 'e' }] },
    ],
  ])('%s, as Anthropic’s SDK does', async (_name, events, expected) => {
    expect(messageFromEvents(events)).toMatchObject(expected);
    expect(messageFromEvents(events)).toEqual(await sdkAnswer(events));
  });
});
