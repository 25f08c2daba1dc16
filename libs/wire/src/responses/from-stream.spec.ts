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
  reasoningItem,
  sseOf,
  streamOf,
} from './test/responses-upstream.js';

describe('a Responses stream becomes a Messages stream', () => {
  it('that begins with the first output item and ends with stop reason and usage', () => {
    const events = readAll(streamOf([messageItem('Hello')]));
    expect(events.map(({ type }) => type)).toEqual([
      'message_start',
      'content_block_start',
      'content_block_delta',
      'content_block_delta',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    expect(events[0]).toMatchObject({
      message: { id: expect.stringMatching(/^msg_\w{24}$/), model: 'claude-opus-5-5', content: [], stop_reason: null },
    });
    expect(events.at(-2)).toEqual({
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null, stop_details: null, container: null },
      usage: {
        input_tokens: 12,
        cache_read_input_tokens: 100,
        cache_creation_input_tokens: 8,
        output_tokens: 30,
        output_tokens_details: { thinking_tokens: 20 },
        server_tool_use: null,
        service_tier: 'standard',
      },
    });
  });

  it('in which every output item is a block of its own, in the order of the items', async () => {
    const items = [
      reasoningItem(['First.', 'Then.'], 'enc'),
      messageItem('I look.'),
      callItem('get_weather', '{"city":"Paris"}'),
      callItem('Bash', '{}'),
    ];
    const message = await accumulated(readAll(streamOf(items)));
    expect(message.content).toMatchObject([
      { type: 'thinking', thinking: 'First.\n\nThen.' },
      { type: 'text', text: 'I look.' },
      { type: 'tool_use', id: 'call_get_weather', name: 'get_weather', input: { city: 'Paris' } },
      { type: 'tool_use', id: 'call_Bash', name: 'Bash', input: {} },
    ]);
    expect(message.stop_reason).toBe('tool_use');
  });

  it('with the whole arguments when they come only in function_call_arguments.done', async () => {
    const item = callItem('Bash', '{"command":"ls"}');
    const events = itemEvents(item, 0).filter(({ type }) => !type.endsWith('.delta'));
    const message = await accumulated(readAll(framed(events, [item])));
    expect(message.content).toMatchObject([{ type: 'tool_use', input: { command: 'ls' } }]);
  });

  it('with the whole arguments when they come only in output_item.done, or only in response.completed', async () => {
    const item = callItem('Bash', '{"command":"ls"}');
    const [added, ...rest] = itemEvents(item, 0);
    const done = rest.at(-1);
    if (added === undefined || done === undefined) throw new Error('no events');
    for (const events of [[added, done], [done], [added], []]) {
      const message = await accumulated(readAll(framed(events, [item])));
      expect(message.content).toMatchObject([{ type: 'tool_use', id: 'call_Bash', input: { command: 'ls' } }]);
      expect(message.stop_reason).toBe('tool_use');
    }
  });

  it('never with the arguments twice', () => {
    const events = readAll(streamOf([callItem('Bash', '{"command":"ls"}')]));
    const json = events.map((event) =>
      event.type === 'content_block_delta' && event.delta.type === 'input_json_delta' ? event.delta.partial_json : '',
    );
    expect(json.join('')).toBe('{"command":"ls"}');
  });

  it('with text that comes only in output_text.done, and not with text that is empty', async () => {
    const item = messageItem('Late text');
    const events = itemEvents(item, 0).filter(({ type }) => type !== 'response.output_text.delta');
    expect((await accumulated(readAll(framed(events, [item])))).content).toMatchObject([{ text: 'Late text' }]);
    expect((await accumulated(readAll(streamOf([messageItem('')])))).content).toEqual([]);
  });

  it('with items told apart by output_index when their ids change in every event', async () => {
    const items = [messageItem('Hello there'), callItem('Bash', '{"command":"ls"}')];
    const events = streamOf(items).map((event, index) => ({ ...event, item_id: `id_${index}` }));
    const message = await accumulated(readAll(events));
    expect(message.content).toMatchObject([{ text: 'Hello there' }, { input: { command: 'ls' } }]);
  });

  it('from events without output_index and sequence numbers', async () => {
    const items = [messageItem('Hello there'), callItem('Bash', '{"command":"ls"}')];
    const events = streamOf(items).map((event) => ({ ...event, output_index: undefined }));
    const message = await accumulated(readAll(events));
    expect(message.content).toMatchObject([{ text: 'Hello there' }, { input: { command: 'ls' } }]);
  });

  it('with one block open at a time when the events of two items interleave', async () => {
    const first = callItem('get_weather', '{"city":"Paris"}');
    const second = callItem('Bash', '{"command":"ls"}');
    const [a, b] = [itemEvents(first, 0), itemEvents(second, 1)];
    const events = a.flatMap((event, index) => [event, b[index] ?? event]);
    const message = await accumulated(readAll(framed(events, [first, second])));
    expect(message.content).toMatchObject([
      { name: 'get_weather', input: { city: 'Paris' } },
      { name: 'Bash', input: { command: 'ls' } },
    ]);
  });

  it('with a buffered call streaming live as soon as the one before it is whole', () => {
    const first = callItem('get_weather', '{"city":"Paris"}');
    const second = callItem('Bash', '{"command":"ls"}');
    const a = itemEvents(first, 0);
    const [added, ...rest] = itemEvents(second, 1);
    const reader = new ResponsesStreamReader(contextOf());
    if (added === undefined) throw new Error('no events');
    const upToDone = a.slice(0, -2);
    for (const event of [...upToDone, added]) reader.read(sseOf(event));
    const done = a.at(-2);
    if (done === undefined) throw new Error('no events');
    expect(reader.read(sseOf(done)).map(({ type }) => type)).toEqual(['content_block_stop', 'content_block_start']);
    const [delta] = rest;
    if (delta === undefined) throw new Error('no events');
    expect(reader.read(sseOf(delta)).map(({ type }) => type)).toEqual(['content_block_delta']);
  });

  it('whatever unknown events and items are between', async () => {
    const item = messageItem('Hello');
    const strange = { id: 'ig_1', type: 'image_generation_call', status: 'completed', result: 'aaaa' };
    const reader = new ResponsesStreamReader(contextOf());
    const events = [
      { type: 'response.rate_limits.updated', limits: [] },
      ...itemEvents(strange, 0),
      { type: 'response.image_generation_call.partial_image', output_index: 0, partial_image_b64: 'aa' },
      ...itemEvents(item, 1),
      { type: 'keepalive', sequence_number: 4 },
    ];
    const message = await accumulated(readAll(framed(events, [strange, item]), contextOf(), reader));
    expect(message.content).toMatchObject([{ type: 'text', text: 'Hello' }]);
    expect(reader.warnings).toEqual([{ code: 'answer_item_dropped', path: 'output.0' }]);
  });

  it('with the client’s own tool names', async () => {
    const context = contextOf({ toolNames: new Map([['mcp__long_12345678', 'mcp__a_very_long_name']]) });
    const message = await accumulated(readAll(streamOf([callItem('mcp__long_12345678', '{}')]), context));
    expect(message.content).toMatchObject([{ name: 'mcp__a_very_long_name' }]);
  });

  it('with a custom tool’s free text as its input', async () => {
    const item = { id: 'ctc_1', type: 'custom_tool_call', call_id: 'call_9', name: 'apply_patch', input: '*** Begin' };
    const events: Payload[] = [
      { type: 'response.output_item.added', output_index: 0, item: { ...item, input: '' } },
      { type: 'response.custom_tool_call_input.delta', output_index: 0, delta: '*** Begin' },
      { type: 'response.custom_tool_call_input.done', output_index: 0, input: '*** Begin' },
      { type: 'response.output_item.done', output_index: 0, item: { ...item, input: '' } },
    ];
    const message = await accumulated(readAll(framed(events, [item])));
    expect(message.content).toMatchObject([{ type: 'tool_use', id: 'call_9', input: { input: '*** Begin' } }]);
    expect(message.stop_reason).toBe('tool_use');
  });

  it('with the calls that a hallucinated parallel wrapper holds', async () => {
    const args = JSON.stringify({
      tool_uses: [
        { recipient_name: 'functions.Bash', parameters: { command: 'ls' } },
        { recipient_name: 'functions.get_weather', parameters: { city: 'Oslo' } },
      ],
    });
    const message = await accumulated(readAll(streamOf([callItem('multi_tool_use.parallel', args)])));
    expect(message.content).toMatchObject([
      { id: expect.stringMatching(/^call_[0-9a-f]{32}$/), name: 'Bash', input: { command: 'ls' } },
      { id: expect.stringMatching(/^call_[0-9a-f]{32}$/), name: 'get_weather', input: { city: 'Oslo' } },
    ]);
  });

  it('with a call of a tool named parallel as it is, where the client declared one', async () => {
    const context = contextOf({ toolNames: new Map([['parallel', 'parallel']]) });
    const message = await accumulated(readAll(streamOf([callItem('parallel', '{"tool_uses":[]}')]), context));
    expect(message.content).toMatchObject([{ name: 'parallel', input: { tool_uses: [] } }]);
  });

  it('with arguments that were encoded twice decoded', async () => {
    const args = JSON.stringify('{"command":"ls"}');
    const message = await accumulated(readAll(streamOf([callItem('Bash', args)])));
    expect(message.content).toMatchObject([{ input: { command: 'ls' } }]);
  });
});
