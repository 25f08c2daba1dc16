import { describe, expect, it } from '@jest/globals';

import { GatewayError } from '../gateway-error.js';
import { ResponsesStreamReader } from './from-stream.js';
import {
  callItem,
  contextOf,
  itemEvents,
  messageItem,
  type Payload,
  readAll,
  reasoningItem,
  sseOf,
  streamOf,
} from './test/responses-upstream.js';

function thrownBy(
  payloads: readonly Payload[],
  context = contextOf(),
): { error: unknown; reader: ResponsesStreamReader } {
  const reader = new ResponsesStreamReader(context);
  try {
    readAll(payloads, context, reader);
  } catch (error) {
    return { error, reader };
  }
  throw new Error('nothing was thrown');
}

describe('a stream that fails', () => {
  const created = streamOf([]).slice(0, 2);

  it('before the first item throws with nothing sent, in both shapes of the error event', () => {
    const shapes: Payload[] = [
      { type: 'error', code: 'rate_limit_exceeded', message: 'Rate limit reached', param: null, sequence_number: 2 },
      { type: 'error', error: { type: 'requests', code: 'rate_limit_exceeded', message: 'Rate limit reached' } },
      {
        type: 'response.failed',
        response: { status: 'failed', error: { code: 'rate_limit_exceeded', message: 'Slow' } },
      },
    ];
    const untyped = { error: { code: 'rate_limit_exceeded', message: 'Slow' } };
    expect(() => new ResponsesStreamReader(contextOf()).read({ event: '', data: JSON.stringify(untyped) })).toThrow(
      expect.objectContaining({ code: 'rate_limited' }),
    );
    for (const shape of shapes) {
      const reader = new ResponsesStreamReader(contextOf());
      expect(created.flatMap((event) => [...reader.read(sseOf(event))])).toEqual([]);
      expect(() => reader.read(sseOf(shape))).toThrow(expect.objectContaining({ code: 'rate_limited' }));
    }
  });

  it('throws one error only, although response.failed follows it', () => {
    const { error, reader } = thrownBy([...created, { type: 'error', error: { code: 'server_error', message: 'x' } }]);
    expect(error).toBeInstanceOf(GatewayError);
    expect(reader.read(sseOf({ type: 'response.failed', response: { error: { code: 'server_error' } } }))).toEqual([]);
    expect(reader.end()).toEqual([]);
  });

  it('says that the quota is used up, which no retry helps', () => {
    const { error } = thrownBy([
      ...created,
      { type: 'error', error: { type: 'insufficient_quota', code: 'insufficient_quota', message: 'quota' } },
    ]);
    expect(error).toMatchObject({ code: 'billing', retryable: false });
  });

  it('throws at every place where it may be cut, and never ends cleanly', () => {
    const whole = streamOf([reasoningItem(['a'], 'e'), messageItem('Hello'), callItem('Bash', '{"command":"ls"}')]);
    for (let length = 0; length < whole.length; length += 1) {
      expect(thrownBy(whole.slice(0, length)).error).toMatchObject({ code: 'upstream_failed' });
    }
  });

  it('leaves a call open that broke off, because clients run what is closed', () => {
    const reader = new ResponsesStreamReader(contextOf());
    const events = itemEvents(callItem('Bash', '{"command":"rm -r build"}'), 0).slice(0, 3);
    const all = events.flatMap((event) => [...reader.read(sseOf(event))]);
    expect(all.some(({ type }) => type === 'content_block_stop')).toBe(false);
    expect(() => reader.end()).toThrow(GatewayError);
  });

  it('throws for arguments that are no object, and for half arguments of a call that claims to be whole', () => {
    for (const args of ['[1]', '{"a":1', '{"a":1}}', '12', 'nonsense']) {
      expect(thrownBy(streamOf([callItem('Bash', args)])).error).toMatchObject({ code: 'upstream_invalid_answer' });
    }
  });

  it('throws for a parallel wrapper that holds no calls, which would be an answer without its call', () => {
    for (const args of ['{"tool_uses":[]}', '{"calls":[{"name":"Bash"}]}', '{}']) {
      const { error } = thrownBy(streamOf([callItem('multi_tool_use.parallel', args)]));
      expect(error).toMatchObject({ code: 'upstream_invalid_answer' });
    }
  });

  it('throws for what is not JSON, and passes over foreign events that are not', () => {
    for (const data of ['{"type":', 'null', '[]', '"x"', '\0', '<html>']) {
      const reader = new ResponsesStreamReader(contextOf());
      expect(() => reader.read({ event: 'response.output_text.delta', data })).toThrow(
        expect.objectContaining({ code: 'upstream_invalid_answer' }),
      );
    }
    const reader = new ResponsesStreamReader(contextOf());
    expect(reader.read({ event: 'ping', data: 'now' })).toEqual([]);
    expect(reader.warnings).toEqual([{ code: 'upstream_line_skipped', path: 'stream' }]);
    expect(reader.read({ event: '', data: '[DONE]' })).toEqual([]);
  });

  it('survives members of the wrong type everywhere', () => {
    const wrong = [null, 7, 'x', [], {}, true];
    for (const payload of streamOf([reasoningItem(['a'], 'e'), messageItem('Hi'), callItem('Bash', '{}')])) {
      for (const key of Object.keys(payload)) {
        for (const value of wrong) {
          const reader = new ResponsesStreamReader(contextOf());
          try {
            reader.read({ event: payload.type, data: JSON.stringify({ ...payload, [key]: value }) });
          } catch (error) {
            expect(error).toBeInstanceOf(GatewayError);
          }
        }
      }
    }
  });
});
