import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { everyCut, outcomeOf, rubbishAmong, tapped } from '../upstream/test/cut-anywhere.js';
import { ChatUsageTap, stopReasonFromChatBody, usageFromChatBody } from './usage-tap.js';

function chunk(members: object): string {
  return `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', model: 'gpt-x', ...members })}\n\n`;
}

function delta(content: string, finish: string | null = null): string {
  return chunk({ choices: [{ index: 0, delta: { content }, finish_reason: finish }], usage: null });
}

const usage = { prompt_tokens: 12, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 4 } };
const usageChunk = chunk({ choices: [], usage });
/** Azure's, before the answer. */
const promptFilter = `data: ${JSON.stringify({ choices: [], created: 0, id: '', model: '', object: '', prompt_filter_results: [{ content_filter_results: { hate: { filtered: false } } }] })}\n\n`;
const done = 'data: [DONE]\n\n';
const whole = [
  promptFilter,
  chunk({ choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] }),
  delta('é "usage":{"prompt_tokens":99} "finish_reason":"length" "error" '),
  ': ping\n\n',
  delta('', 'tool_calls'),
  usageChunk,
  done,
];

function outcome(events: readonly string[]): unknown {
  return outcomeOf(tapped(new ChatUsageTap('claude-x'), [Buffer.from(events.join(''))]));
}

describe('ChatUsageTap', () => {
  it('is over with [DONE], and not with the finish reason, which usage follows', () => {
    const tap = new ChatUsageTap('claude-x');
    tap.push(Buffer.from(whole.slice(0, -1).join('')));
    expect(tap.over).toBe(false);
    tap.push(Buffer.from(done));
    expect(tap.over).toBe(true);
  });

  it('tells the model that began the answer, whatever a later chunk says', () => {
    const another = chunk({ model: 'gpt-y', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
    expect(outcome([delta('Hi'), another, done])).toMatchObject({ model: 'gpt-x', stopReason: 'end_turn' });
  });

  it('reads usage, stop reason, model and completeness', () => {
    expect(outcome(whole)).toMatchObject({
      usage: { input_tokens: 8, cache_read_input_tokens: 4, output_tokens: 5 },
      stopReason: 'tool_use',
      model: 'gpt-x',
      started: true,
      complete: true,
      error: undefined,
    });
  });

  it.each([
    ['with line feeds', whole.join('')],
    ['with carriage returns', whole.join('').replaceAll('\n', '\r\n')],
    ['without the space behind the colon', whole.join('').replaceAll('data: ', 'data:')],
    [
      'with spaces in the JSON',
      whole.join('').replaceAll('"usage":', '"usage" : ').replaceAll('"finish_reason":', '"finish_reason" : '),
    ],
    ['without the last blank line', whole.join('').trimEnd()],
  ])('reads the same wherever the network cuts, %s', (_how, text) => {
    const expected = outcome(whole);
    for (const chunks of everyCut(Buffer.from(text))) {
      expect(outcomeOf(tapped(new ChatUsageTap('claude-x'), chunks))).toEqual(expected);
    }
  });

  it('has begun with the first choice, and not with Azure’s report on the prompt', () => {
    const tap = new ChatUsageTap('claude-x');
    tap.push(Buffer.from(promptFilter));
    expect(tap.started).toBe(false);
    tap.push(Buffer.from(delta('H')));
    expect(tap).toMatchObject({ started: true, model: 'gpt-x', complete: false });
  });

  it('takes the last of usages that add up', () => {
    const counting = [1, 2, 3].map((tokens) =>
      chunk({
        choices: [{ index: 0, delta: { content: 'x' }, finish_reason: null }],
        usage: { ...usage, completion_tokens: tokens },
      }),
    );
    expect(outcome([...counting, delta('', 'stop'), done])).toMatchObject({ usage: { output_tokens: 3 } });
  });

  it('knows an answer that ended early, and a whole one from a server that never says [DONE]', () => {
    expect(outcome(whole.slice(0, 4))).toMatchObject({ complete: false, usage: undefined, stopReason: undefined });
    expect(outcome([delta('x'), delta('', 'stop')])).toMatchObject({ complete: true, stopReason: 'end_turn' });
    const open = new ChatUsageTap('claude-x');
    open.push(Buffer.from(delta('', 'stop')));
    expect(open.complete).toBe(false);
  });

  it('is not misled by a text that ends like a key', () => {
    const text = chunk({
      choices: [{ index: 0, delta: { content: 'finish_reason' }, finish_reason: null }],
      note: 'usage',
    });
    expect(outcome([delta('x'), text, text])).toMatchObject({ usage: undefined, stopReason: undefined });
    expect(outcome([delta('x'), text, delta('usage', 'stop'), usageChunk, done])).toMatchObject({
      usage: { output_tokens: 5 },
      stopReason: 'end_turn',
    });
  });

  it.each([
    ['an object', 'data: {"error":{"message":"x","code":"server_is_overloaded"}}\n\n', 'overloaded'],
    ['an event', 'event: error\ndata: {"error":{"message":"x","type":"rate_limit_error"}}\n\n', 'rate_limited'],
    ['an event in words', 'event: error\ndata: boom\n\n', 'upstream_failed'],
    ['vLLM’s object', 'data: {"object":"error","message":"x","code":400}\n\n', 'invalid_request'],
  ])('reports an error that comes as %s, at first and in the middle', (_shape, error, code) => {
    expect(outcome([error])).toMatchObject({ started: false, complete: false, error: [code, expect.any(String)] });
    expect(outcome([delta('x'), delta('', 'stop'), error, done])).toMatchObject({
      started: true,
      complete: false,
      error: [code, expect.any(String)],
    });
  });

  it('never throws, and forgets an event without end', () => {
    fc.assert(
      fc.property(rubbishAmong(whole), (chunks) => {
        outcomeOf(tapped(new ChatUsageTap('claude-x'), chunks));
      }),
    );
    const endless = Buffer.alloc(9 * 1024 * 1024, 'data: x');
    const chunks = [endless, Buffer.from('\n\n'), ...whole.map((event) => Buffer.from(event))];
    expect(tapped(new ChatUsageTap('claude-x'), chunks).complete).toBe(true);
  });
});

describe('a plain Chat body', () => {
  it('has its usage and stop reason in Anthropic’s terms', () => {
    const body = { choices: [{ index: 0, finish_reason: 'length' }], usage, service_tier: 'default' };
    expect(usageFromChatBody(body)).toMatchObject({ input_tokens: 8, output_tokens: 5, service_tier: 'standard' });
    expect(stopReasonFromChatBody(body)).toBe('max_tokens');
    for (const nothing of [{}, null, '<html>', { usage: 'x', choices: {} }]) {
      expect([usageFromChatBody(nothing), stopReasonFromChatBody(nothing)]).toEqual([undefined, undefined]);
    }
  });
});
