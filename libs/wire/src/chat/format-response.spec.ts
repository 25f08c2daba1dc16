import { describe, expect, it } from '@jest/globals';
import type { Message } from '../messages/messages.js';
import { sampleMessage, sampleMessages, textBlock, toolUse } from '../messages/sample-messages.fixture.js';
import { formatChatResponse } from './format-response.js';

const echo = { model: 'asked-for', includeUsage: false, customTools: ['patch'], legacyFunctions: false };

function content(message: Message): string | null | undefined {
  return formatChatResponse(message, echo).choices[0]?.message.content;
}

describe('formatChatResponse', () => {
  it('counts the cache inside the prompt, as OpenAI does', () => {
    expect(formatChatResponse(sampleMessage([]), echo).usage).toEqual({
      prompt_tokens: 115,
      completion_tokens: 20,
      total_tokens: 135,
      prompt_tokens_details: { cached_tokens: 100, cache_write_tokens: 5 },
      completion_tokens_details: { reasoning_tokens: 7 },
    });
  });

  it('has null content only where a call or a refusal stands in its place', () => {
    expect(content(sampleMessage([toolUse('t', 'f', {})], { stop_reason: 'tool_use' }))).toBeNull();
    expect(content(sampleMessage([]))).toBe('');
    expect(content(sampleMessage([textBlock('a'), textBlock('b')]))).toBe('ab');
  });

  it.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['pause_turn', 'length'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['tool_use', 'tool_calls'],
    ['refusal', 'content_filter'],
  ] as const)('says %s as %s', (stopReason, reason) => {
    expect(formatChatResponse(sampleMessage([], { stop_reason: stopReason }), echo).choices[0]?.finish_reason).toBe(
      reason,
    );
  });

  it('points web citations at their place in the whole text', () => {
    const message = sampleMessages['a web search'];
    expect(message && formatChatResponse(message, echo).choices[0]?.message.annotations).toEqual([
      {
        type: 'url_citation',
        url_citation: { url: 'https://example.org/', title: 'Example', start_index: 9, end_index: 20 },
      },
    ]);
  });

  it('gives a legacy client its call, and an error for several, of which it would lose all but one', () => {
    const legacy = { ...echo, customTools: [], legacyFunctions: true };
    const calls = [toolUse('t', 'f', { a: 1 }), toolUse('u', 'g', { b: 2 })];
    const format = (blocks: Message['content']) =>
      formatChatResponse(sampleMessage(blocks, { stop_reason: 'tool_use' }), legacy);
    expect(format(calls.slice(0, 1)).choices[0]?.message.function_call).toEqual({ name: 'f', arguments: '{"a":1}' });
    expect(() => format(calls)).toThrow(expect.objectContaining({ code: 'upstream_invalid_answer' }));
  });

  it.each([
    [{ input: 'x' }, 'x'],
    [{ patch: '*** Begin' }, '{"patch":"*** Begin"}'],
    [{ input: { a: 1 } }, '{"input":{"a":1}}'],
    [{}, ''],
  ])('gives a freeform call with %j its text, or all of what is no text', (given, input) => {
    const message = sampleMessage([toolUse('t', 'patch', given)], { stop_reason: 'tool_use' });
    expect(formatChatResponse(message, echo).choices[0]?.message.tool_calls).toEqual([
      { id: 't', type: 'custom', custom: { name: 'patch', input } },
    ]);
  });
});
