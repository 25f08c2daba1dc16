import { describe, expect, it } from '@jest/globals';

import { openReasoning } from '../openai/reasoning-envelope.js';
import { fromResponsesAnswer } from './from-response.js';
import { ResponsesStreamReader } from './from-stream.js';
import {
  callItem,
  contextOf,
  messageItem,
  readAll,
  reasoningItem,
  responseOf,
  streamOf,
} from './test/responses-upstream.js';

function failure(json: unknown): unknown {
  try {
    return fromResponsesAnswer(json, contextOf());
  } catch (error) {
    return error;
  }
}

function incomplete(reason: string): Record<string, unknown> {
  return { status: 'incomplete', incomplete_details: { reason } };
}

function stop(...[output, overrides]: Parameters<typeof responseOf>): unknown {
  const { message } = fromResponsesAnswer(responseOf(output, overrides), contextOf({ stopSequences: ['##'] }));
  return [message.stop_reason, message.stop_sequence, message.content.length];
}

describe('a Responses answer becomes a message', () => {
  it('with every member that Anthropic’s clients read', () => {
    const { message, warnings } = fromResponsesAnswer(responseOf([messageItem('Hello')]), contextOf());
    expect(message).toEqual({
      id: expect.stringMatching(/^msg_[A-Za-z0-9_]{1,64}$/),
      type: 'message',
      role: 'assistant',
      model: 'claude-opus-5-5',
      content: [{ type: 'text', text: 'Hello', citations: null }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      stop_details: null,
      container: null,
      diagnostics: null,
      usage: {
        input_tokens: 12,
        cache_read_input_tokens: 100,
        cache_creation_input_tokens: 8,
        cache_creation: { ephemeral_5m_input_tokens: 8, ephemeral_1h_input_tokens: 0 },
        output_tokens: 30,
        output_tokens_details: { thinking_tokens: 20 },
        inference_geo: null,
        server_tool_use: null,
        service_tier: 'standard',
        speed: null,
      },
    });
    expect(warnings).toEqual([]);
  });

  it('of another id each time, because clients merge answers that share one', () => {
    const answer = responseOf([]);
    const ids = [fromResponsesAnswer(answer, contextOf()), fromResponsesAnswer(answer, contextOf())];
    expect(ids[0]?.message.id).not.toBe(ids[1]?.message.id);
  });

  it('with its parts as blocks of their own, empty ones left out', () => {
    const parts = ['One', '', 'Two'].map((text) => ({ type: 'output_text', text, annotations: [] }));
    const { message } = fromResponsesAnswer(responseOf([messageItem('', { content: parts })]), contextOf());
    expect(message.content).toMatchObject([{ text: 'One' }, { text: 'Two' }]);
  });

  it('with a warning of parts that are no words, plain and streamed', () => {
    const content = [
      { type: 'output_text', text: '', annotations: [] },
      { type: 'output_audio', data: 'AA', transcript: 'Hi' },
    ];
    const item = messageItem('', { content });
    const warnings = [{ code: 'answer_item_dropped', path: 'content' }];
    expect(fromResponsesAnswer(responseOf([item]), contextOf()).warnings).toEqual(warnings);
    const reader = new ResponsesStreamReader(contextOf());
    readAll(streamOf([item]), contextOf(), reader);
    expect(reader.warnings).toEqual(warnings);
  });

  it('with reasoning sealed in the signature, unless the client did not ask for it', () => {
    const answer = responseOf([reasoningItem(['So', 'there'], 'enc'), messageItem('Hi')]);
    const { message } = fromResponsesAnswer(answer, contextOf());
    if (message.content[0]?.type !== 'thinking') throw new Error('no thinking');
    expect(message.content[0].thinking).toBe('So\n\nthere');
    expect(openReasoning(message.content[0].signature)?.item.encrypted_content).toBe('enc');
    expect(fromResponsesAnswer(answer, contextOf({ thinking: 'hidden' })).message.content).toHaveLength(1);
    expect(fromResponsesAnswer(answer, contextOf({ thinking: 'omitted' })).message.content[0]).toMatchObject({
      thinking: '',
    });
  });

  it.each([
    ['', {}],
    ['{"a":1}', { a: 1 }],
    ['"{\\"a\\":1}"', { a: 1 }],
  ])('with arguments %j as an object', (args, input) => {
    const { message, warnings } = fromResponsesAnswer(responseOf([callItem('Bash', args)]), contextOf());
    expect(message).toMatchObject({ content: [{ type: 'tool_use', input }], stop_reason: 'tool_use' });
    expect(warnings).toEqual([]);
  });

  it.each(['{"a":[1,2', '[1]', 'x'])(
    'never out of arguments %j: what the model meant cannot be known, and a client would run it',
    (args) => {
      expect(failure(responseOf([callItem('Bash', args)]))).toMatchObject({ code: 'upstream_invalid_answer' });
    },
  );

  it('with half arguments read as far as they go where the model was cut off, and a warning', () => {
    const cut = responseOf([callItem('Bash', '{"a":[1,2')], incomplete('max_output_tokens'));
    const { message, warnings } = fromResponsesAnswer(cut, contextOf());
    expect(message).toMatchObject({ content: [{ input: { a: [1, 2] } }], stop_reason: 'max_tokens' });
    expect(warnings).toEqual([{ code: 'tool_input_repaired', path: 'output.0.arguments' }]);
  });

  it('never in part: lists that hold something else than objects are an error', () => {
    for (const json of [
      responseOf([messageItem('Hi')], { output: [messageItem('Hi'), 'text'] }),
      responseOf([messageItem('', { content: ['Hi'] })]),
      responseOf([messageItem('', { content: 'Hi' })]),
      responseOf([{ ...callItem('Bash', '{}'), arguments: 5 }]),
      responseOf([callItem('parallel', '{"tool_uses":[{"parameters":{}}]}')]),
    ]) {
      expect(failure(json)).toMatchObject({ code: 'upstream_invalid_answer' });
    }
  });

  it('that ends at the token limit, at a filter, in a refusal or at a stop sequence', () => {
    expect(stop([callItem('Bash', '{"a')], incomplete('max_output_tokens'))).toEqual(['max_tokens', null, 1]);
    expect(stop([callItem('Bash', '{"a')], incomplete('steered'))).toEqual(['max_tokens', null, 1]);
    expect(stop([callItem('Bash', '{}')], { status: 'incomplete' })).toEqual(['max_tokens', null, 1]);
    expect(stop([messageItem('a')], incomplete('content_filter'))).toEqual(['refusal', null, 1]);
    expect(stop([messageItem('', { content: [{ type: 'refusal', refusal: 'No' }] })])).toEqual(['refusal', null, 1]);
    expect(stop([messageItem('a##b'), callItem('Bash', '{}')])).toEqual(['stop_sequence', '##', 1]);
  });

  it('or an error when it reports one or is no response', () => {
    expect(
      failure(responseOf([], { status: 'failed', error: { code: 'rate_limit_exceeded', message: 'x' } })),
    ).toMatchObject({ code: 'rate_limited' });
    for (const json of [null, 'text', [], {}, { output: 'x' }, responseOf([], { status: 'in_progress' })]) {
      expect(failure(json)).toMatchObject({ code: 'upstream_invalid_answer' });
    }
  });
});
