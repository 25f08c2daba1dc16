import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { everyCut, outcomeOf, rubbishAmong, tapped } from '../upstream/test/cut-anywhere.js';
import { usageFromMessageBody, UsageTap } from './usage-tap.js';

const stream = [
  'event: message_start\r\ndata: {"type":"message_start","message":{"id":"msg_1","model":"claude-x","usage":{"input_tokens":10,"cache_read_input_tokens":4,"output_tokens":1,"service_tier":"standard"}}}\r\n\r\n',
  'event: ping\ndata: {"type": "ping"}\n\n',
  ': comment\n\n',
  'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"é message_delta \\n\\ndata: {"}}\n\n',
  'event:message_delta\ndata:{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":15,"input_tokens":null}      }\n\n',
  'data: {"type":"message_stop"}\n\n',
];
const bytes = Buffer.from(stream.join(''));

/** The tap behind these chunks. */
function read(...chunks: Uint8Array[]): UsageTap {
  return tapped(new UsageTap(), chunks);
}

/** A stream that begins with that usage. */
function startOf(usage: object): Buffer {
  return Buffer.from(`data: ${JSON.stringify({ type: 'message_start', message: { usage } })}\n\n`);
}

function outcome(...chunks: Uint8Array[]): unknown {
  return outcomeOf(tapped(new UsageTap(), chunks));
}

describe('UsageTap', () => {
  it('reads cumulative usage, stop reason, model and completeness', () => {
    const tap = read(bytes);
    expect(tap.usage).toEqual({
      input_tokens: 10,
      output_tokens: 15,
      cache_read_input_tokens: 4,
      cache_creation_input_tokens: null,
      cache_creation: null,
      inference_geo: null,
      output_tokens_details: null,
      server_tool_use: null,
      service_tier: 'standard',
      speed: null,
    });
    expect(tap).toMatchObject({ stopReason: 'tool_use', model: 'claude-x', complete: true, error: undefined });
  });

  it('names the model that went on where the one that began declined', () => {
    const iterations = '[{"type":"message","model":"claude-x"},{"type":"fallback_message","model":"claude-y"}]';
    const delta = `data: {"type":"message_delta","delta":{},"usage":{"output_tokens":9,"iterations":${iterations}}}\n\n`;
    expect(read(Buffer.from(`${stream[0]}${delta}`)).model).toBe('claude-y');
  });

  it('reads the same wherever the network cuts', () => {
    const expected = outcome(bytes);
    for (const chunks of everyCut(bytes)) expect(outcome(...chunks)).toEqual(expected);
  });

  it('has begun with message_start', () => {
    const tap = new UsageTap();
    tap.push(Buffer.from('event: ping\ndata: {"type": "ping"}\n\n'));
    expect(tap.started).toBe(false);
    tap.push(Buffer.from(stream[0] ?? ''));
    expect(tap.started).toBe(true);
  });

  it('is over with message_stop, and not before all of it has come', () => {
    const tap = new UsageTap();
    tap.push(Buffer.from(`${stream.slice(0, 5).join('')}event: message_stop\ndata: {"type":"message_stop"}\n`));
    expect(tap.over).toBe(false);
    tap.push(Buffer.from('\n'));
    expect(tap.over).toBe(true);
  });

  it('knows an answer that ended early from a whole one', () => {
    const tap = read(Buffer.from(stream.slice(0, 4).join('')));
    expect(tap).toMatchObject({ complete: false, stopReason: undefined });
    expect(tap.usage?.output_tokens).toBe(1);
  });

  it('takes an answer for whole when only the last blank line is missing', () => {
    expect(read(Buffer.from('event: message_stop\ndata: {"type":"message_stop"}\n')).complete).toBe(true);
  });

  it('reports the error event', () => {
    const tap = read(
      Buffer.from(
        'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n',
      ),
    );
    expect(tap.error).toMatchObject({ code: 'overloaded', message: 'Overloaded' });
    expect(tap.usage).toBeUndefined();
  });

  it('never throws, and forgets an event without end', () => {
    fc.assert(
      fc.property(rubbishAmong(stream), (chunks) => {
        outcome(...chunks);
      }),
    );
    const endless = Buffer.alloc(1 << 20, 'data: x');
    expect(read(endless, endless, Buffer.from('\n\n'), bytes).complete).toBe(true);
  });

  it('knows usage that counts nothing from a count of 0', () => {
    expect(read(startOf({ service_tier: 'standard', input_tokens: null })).usage).toBeUndefined();
    expect(read(startOf({ input_tokens: 0 })).usage).toMatchObject({ input_tokens: 0, output_tokens: 0 });
  });

  it('takes numbers only where numbers belong', () => {
    const start =
      'data: {"type":"message_start","message":{"usage":{"input_tokens":"7","output_tokens":-1,"cache_creation":5}}}\n\n';
    expect(read(Buffer.from(start)).usage).toMatchObject({ input_tokens: 0, output_tokens: 0, cache_creation: null });
  });
});

describe('usageFromMessageBody', () => {
  it('completes what an old upstream leaves out', () => {
    expect(usageFromMessageBody({ usage: { input_tokens: 3, output_tokens: 5 } })).toMatchObject({
      input_tokens: 3,
      output_tokens: 5,
      cache_read_input_tokens: null,
    });
    expect(usageFromMessageBody({})).toBeUndefined();
    expect(usageFromMessageBody({ usage: {} })).toBeUndefined();
    expect(usageFromMessageBody({ usage: { input_tokens: null, output_tokens: null } })).toBeUndefined();
    expect(usageFromMessageBody('<html>')).toBeUndefined();
  });
});
