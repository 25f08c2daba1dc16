import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { everyCut, outcomeOf, rubbishAmong, tapped } from '../upstream/test/cut-anywhere.js';
import { ResponsesUsageTap, stopReasonFromResponsesBody, usageFromResponsesBody } from './usage-tap.js';

function event(type: string, members: object = {}): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...members })}\n\n`;
}

const call = { type: 'function_call', call_id: 'call_1', name: 'f', arguments: '{}' };
const response = {
  id: 'resp_1',
  status: 'completed',
  model: 'gpt-x',
  output: [call],
  usage: { input_tokens: 12, output_tokens: 5, input_tokens_details: { cached_tokens: 4 } },
};
const created = event('response.created', { response: { id: 'resp_1', model: 'gpt-x', tools: [] } });
const textDelta = event('response.output_text.delta', {
  output_index: 0,
  delta: 'é "type":"response.completed" "error":{',
});
const completed = event('response.completed', { response });
const whole = [created, event('response.in_progress'), ': ping\n\n', textDelta, completed];

function outcome(events: readonly string[]): unknown {
  return outcomeOf(tapped(new ResponsesUsageTap('claude-x'), [Buffer.from(events.join(''))]));
}

function withoutNames(text: string): string {
  return text.replaceAll(/^event: .*\n/gm, '');
}

describe('ResponsesUsageTap', () => {
  it.each([
    ['completed', 'completed'],
    ['incomplete', 'incomplete'],
    ['failed', 'failed'],
  ])('is over with response.%s, and not with an error, which response.failed may follow', (type, status) => {
    const tap = new ResponsesUsageTap('claude-x');
    tap.push(Buffer.from([created, textDelta, event('error', { message: 'no' })].join('')));
    expect(tap.over).toBe(false);
    tap.push(Buffer.from(event(`response.${type}`, { response: { ...response, status } })));
    expect(tap.over).toBe(true);
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
    ['without event names', withoutNames(whole.join(''))],
    ['without the last blank line', whole.join('').trimEnd()],
  ])('reads the same wherever the network cuts, %s', (_how, text) => {
    const expected = outcome(whole);
    for (const chunks of everyCut(Buffer.from(text))) {
      expect(outcomeOf(tapped(new ResponsesUsageTap('claude-x'), chunks))).toEqual(expected);
    }
  });

  it.each([
    ['named', (text: string) => text],
    ['unnamed', withoutNames],
  ])('has begun with the first item, and not with the response itself, where events are %s', (_how, written) => {
    const tap = new ResponsesUsageTap('claude-x');
    tap.push(Buffer.from(written(created)));
    expect(tap.started).toBe(false);
    tap.push(Buffer.from(written(textDelta)));
    expect(tap).toMatchObject({ started: true, complete: false });
  });

  it('takes an incomplete answer for whole, and says why it ended', () => {
    const cut = { ...response, status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } };
    expect(outcome([textDelta, event('response.incomplete', { response: cut })])).toMatchObject({
      complete: true,
      stopReason: 'max_tokens',
    });
  });

  it('knows an answer that ended early', () => {
    expect(outcome(whole.slice(0, 4))).toMatchObject({ complete: false, usage: undefined, error: undefined });
  });

  it.each([
    ['an error event', event('error', { code: 'rate_limit_exceeded', message: 'x' }), 'rate_limited'],
    [
      'an error event with an object',
      event('error', { error: { code: 'server_is_overloaded', message: 'x' } }),
      'overloaded',
    ],
    [
      'a failed response',
      event('response.failed', { response: { status: 'failed', error: { code: 'server_error', message: 'x' } } }),
      'upstream_failed',
    ],
    ['the manner of Chat', 'data: {"error":{"message":"x","code":429}}\n\n', 'rate_limited'],
    [
      'a response completed in vain',
      event('response.completed', { response: { status: 'failed', error: { code: 'server_error', message: 'x' } } }),
      'upstream_failed',
    ],
  ])('reports %s', (_shape, error, code) => {
    expect(outcome([created, error])).toMatchObject({ complete: false, error: [code, expect.any(String)] });
    expect(outcome([created, textDelta, withoutNames(error)])).toMatchObject({
      complete: false,
      error: [code, expect.any(String)],
    });
  });

  it('keeps the first of the two events by which a failure is told', () => {
    const first = event('error', { code: 'rate_limit_exceeded', message: 'x' });
    const second = event('response.failed', { response: { status: 'failed', error: { code: 'server_error' } } });
    expect(outcome([created, first, second])).toMatchObject({ error: ['rate_limited', expect.any(String)] });
  });

  it('counts what a failed answer has used', () => {
    const failed = { ...response, status: 'failed', error: { code: 'server_error', message: 'x' } };
    expect(outcome([textDelta, event('response.failed', { response: failed })])).toMatchObject({
      usage: { output_tokens: 5 },
    });
  });

  it('never throws', () => {
    fc.assert(
      fc.property(rubbishAmong([...whole, withoutNames(completed)]), (chunks) => {
        outcomeOf(tapped(new ResponsesUsageTap('claude-x'), chunks));
      }),
    );
  });
});

describe('a plain Responses body', () => {
  it('has its usage, searches included, and its stop reason in Anthropic’s terms', () => {
    const body = {
      ...response,
      output: [{ type: 'web_search_call' }, { type: 'message', content: [{ type: 'refusal' }] }],
    };
    expect(usageFromResponsesBody(body)).toMatchObject({
      input_tokens: 8,
      server_tool_use: { web_search_requests: 1 },
    });
    expect(stopReasonFromResponsesBody(body)).toBe('refusal');
    expect(stopReasonFromResponsesBody({ ...response, output: [] })).toBe('end_turn');
    for (const nothing of [null, '<html>', []]) {
      expect([usageFromResponsesBody(nothing), stopReasonFromResponsesBody(nothing)]).toEqual([undefined, undefined]);
    }
  });
});
