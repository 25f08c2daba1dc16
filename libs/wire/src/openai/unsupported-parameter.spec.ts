import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { parseChatRequest } from '../chat/parse-request.js';
import { healingWarning, healRequest, reasoningItems, unsupportedParameter } from './unsupported-parameter.js';

function healed(body: Record<string, unknown>, error: unknown) {
  const finding = unsupportedParameter(JSON.stringify({ error }));
  return finding && healRequest(body, finding);
}

const unsupported = (
  param: string,
  message = `Unsupported parameter: '${param}' is not supported with this model.`,
) => ({
  message,
  type: 'invalid_request_error',
  param,
  code: 'unsupported_parameter',
});

describe('a request that was refused for a parameter', () => {
  it.each([
    [{ temperature: 0.2, model: 'm' }, unsupported('temperature'), { model: 'm' }],
    [
      { reasoning: { effort: 'low', summary: 'auto' } },
      unsupported('reasoning.summary'),
      { reasoning: { effort: 'low' } },
    ],
    [
      { reasoning: { summary: 'auto' }, x: 1 },
      {
        message: 'Your organization must be verified to generate reasoning summaries.',
        code: 'unsupported_value',
        param: 'reasoning.summary',
      },
      { x: 1 },
    ],
    [
      { prompt_cache_key: 'k', x: 1 },
      { message: "Unknown parameter: 'prompt_cache_key'.", code: 'unknown_parameter', param: null },
      { x: 1 },
    ],
    [{ top_p: 1, x: 1 }, { message: 'Unrecognized request argument supplied: top_p' }, { x: 1 }],
    [
      { max_tokens: 5 },
      {
        ...unsupported('max_tokens'),
        message:
          "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      },
      { max_completion_tokens: 5 },
    ],
    [{ max_completion_tokens: 5 }, unsupported('max_completion_tokens'), { max_tokens: 5 }],
    [
      { max_completion_tokens: 128_000 },
      {
        message:
          'max_tokens is too large: 128000. This model supports at most 16384 completion tokens, whereas you provided 128000.',
        param: 'max_tokens',
        code: 'invalid_value',
      },
      { max_completion_tokens: 16_384 },
    ],
    [
      { reasoning_effort: 'xhigh' },
      {
        code: 'unsupported_value',
        param: 'reasoning_effort',
        message:
          "Unsupported value: 'reasoning_effort' does not support 'xhigh' with this model. Supported values are: 'low', 'medium', and 'high'.",
      },
      { reasoning_effort: 'high' },
    ],
    [
      { reasoning: { effort: 'none' } },
      {
        code: 'unsupported_value',
        param: 'reasoning.effort',
        message: "Unsupported value: 'none'. Supported values are: 'low', 'high'.",
      },
      { reasoning: { effort: 'low' } },
    ],
    [
      { reasoning_effort: 'high', tools: [] },
      {
        message:
          "Function tools with reasoning_effort are not supported for gpt-5.5 in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.",
      },
      { reasoning_effort: 'none', tools: [] },
    ],
    [
      { messages: [{ role: 'developer', content: 'x' }, { role: 'user' }] },
      {
        code: 'unsupported_value',
        param: 'messages[0].role',
        message: "Unsupported value: 'messages[0].role' does not support 'developer'.",
      },
      { messages: [{ role: 'system', content: 'x' }, { role: 'user' }] },
    ],
    [
      { input: [{ type: 'reasoning' }, { type: 'message' }] },
      { code: 'invalid_encrypted_content', message: 'The encrypted content gA could not be verified.' },
      { input: [{ type: 'message' }] },
    ],
    [
      { messages: [{ content: [{ type: 'text', text: 't', prompt_cache_breakpoint: { mode: 'explicit' } }] }] },
      unsupported('messages[0].content[0].prompt_cache_breakpoint'),
      { messages: [{ content: [{ type: 'text', text: 't' }] }] },
    ],
    [{ top_k: 5, x: 1 }, undefined, undefined],
  ])('%j is healed', (body, error, expected) => {
    expect(healed(body, error)).toEqual(expected);
  });

  it.each([
    ['temperature', 'temperature_dropped'],
    ['reasoning.summary', 'thinking_summary_dropped'],
    [reasoningItems, 'thinking_replay_dropped'],
    ['prompt_cache_key', undefined],
    ['constructor', undefined],
  ])('and loses %s by it: %s', (param, code) => {
    const { request } = parseChatRequest({ model: 'm', messages: [{ role: 'user', content: 'hi' }] });
    expect(healingWarning({ param }, request)?.code).toBe(code);
  });

  it.each(['prompt_cache_retention', 'prompt_cache_options.mode'])(
    'and loses %s where the client had said it',
    (param) => {
      const [member = ''] = param.split('.');
      const { request } = parseChatRequest({
        model: 'm',
        messages: [{ role: 'user', content: 'hi' }],
        prompt_cache_retention: '24h',
        prompt_cache_options: { mode: 'explicit' },
      });
      expect(healingWarning({ param }, request)).toEqual({ code: 'prompt_cache_dropped', path: member });
    },
  );

  it('of FastAPI’s kind is healed too', () => {
    const body = JSON.stringify({
      detail: [{ loc: ['body', 'top_k'], msg: 'Extra inputs are not permitted', type: 'extra_forbidden' }],
    });
    expect(unsupportedParameter(body)).toEqual({ param: 'top_k' });
  });

  it.each([
    [{ tools: [] }, unsupported('tools')],
    [{ messages: [] }, unsupported('messages[0].content[1].image_url')],
    [{ x: 1 }, unsupported('temperature')],
    [{ max_tokens: 5 }, { message: 'Rate limit reached', code: 'rate_limit_exceeded' }],
    [{ input: [{ type: 'message' }] }, { code: 'invalid_encrypted_content', message: 'x' }],
  ])('%j is left alone where meaning would be lost, or nothing is to be found', (body, error) => {
    expect(healed(body, error)).toBeUndefined();
  });

  it('is never changed in place, and nothing is thrown', () => {
    fc.assert(
      fc.property(
        fc.object(),
        fc.oneof(fc.json(), fc.string()),
        fc.constantFrom(
          'temperature',
          'reasoning.effort',
          'max_tokens',
          'input.reasoning',
          'messages[0].role',
          'prompt_cache_breakpoint',
        ),
        (body, error, param) => {
          const before = JSON.stringify(body);
          unsupportedParameter(error);
          healRequest(body, { param });
          expect(JSON.stringify(body)).toBe(before);
        },
      ),
    );
  });
});
