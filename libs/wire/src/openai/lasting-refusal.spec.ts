import { describe, expect, it } from '@jest/globals';
import { isLastingRefusal } from './lasting-refusal.js';
import { unsupportedParameter } from './unsupported-parameter.js';

function isLasting(sent: Readonly<Record<string, unknown>>, error: unknown): boolean {
  const errorBody = JSON.stringify({ error });
  const finding = unsupportedParameter(errorBody);
  if (finding === undefined) throw new Error('no refusal of a parameter');
  return isLastingRefusal(errorBody, finding, sent);
}

const tooLarge = (most: number) =>
  `max_tokens is too large: 128000. This model supports at most ${most} completion tokens, whereas you provided 128000.`;
const reasoned = { reasoning: { effort: 'low', summary: 'auto' } };
const tool = (type: string) => ({ tools: [{ name: 'f', parameters: { type } }] });
const schemaError = (type: string, more: object = {}) => ({
  message: `Invalid schema for function 'f': '${type}' is not valid under any of the given schemas.`,
  ...more,
});
const breakpoints = {
  input: [
    { role: 'user', content: [{ type: 'input_text', text: 'hi', prompt_cache_breakpoint: { mode: 'explicit' } }] },
  ],
};

describe('a refusal is believed for others', () => {
  it.each([
    ['a code and its parameter', { temperature: 0.2 }, { code: 'unsupported_value', param: 'temperature' }],
    [
      'whatever is said elsewhere',
      { temperature: 0.2, input: 'temperature' },
      { code: 'unsupported_parameter', param: 'temperature' },
    ],
    [
      'an unknown parameter of any value',
      { prompt_cache_key: 'a/b' },
      { code: 'unknown_parameter', param: 'prompt_cache_key' },
    ],
    [
      'a breakpoint at its place',
      breakpoints,
      { code: 'unknown_parameter', param: 'input[0].content[0].prompt_cache_breakpoint' },
    ],
    [
      'a list of values',
      { reasoning_effort: 'xhigh' },
      {
        code: 'unsupported_value',
        param: 'reasoning_effort',
        message: "Unsupported value: 'xhigh'. Supported values are: 'low' and 'high'.",
      },
    ],
    [
      'a maximum',
      { max_completion_tokens: 128_000, messages: 'too large' },
      { code: 'invalid_value', param: 'max_tokens', message: tooLarge(16_384) },
    ],
    ['a maximum in prose', { max_completion_tokens: 128_000 }, { message: tooLarge(16_384) }],
    ['prose', { top_p: 1, messages: [] }, { message: 'Unrecognized request argument supplied: top_p' }],
    [
      'prose beside its parameter',
      { top_p: 1 },
      { param: 'top_p', message: 'This model has no top_p: not supported.' },
    ],
    [
      'an organisation that is not verified',
      reasoned,
      {
        code: 'unsupported_value',
        param: 'reasoning.summary',
        message: 'Your organization must be verified to generate reasoning summaries.',
      },
    ],
    ['the same in prose', reasoned, { message: 'Your organization must be verified to use reasoning summaries.' }],
    [
      'tools with reasoning',
      { reasoning_effort: 'low', tools: [{}] },
      { message: 'Function tools with reasoning_effort are not supported for gpt-5.5 in /v1/chat/completions.' },
    ],
  ])('%s', (_what, sent, error) => {
    expect(isLasting(sent, error)).toBe(true);
  });
});

describe('a refusal concerns one request alone', () => {
  it.each([
    [
      'a quoted breakpoint',
      { ...breakpoints, ...tool('prompt_cache_breakpoint') },
      schemaError('prompt_cache_breakpoint', { code: 'invalid_function_parameters', param: 'tools[0].parameters' }),
    ],
    [
      'a quoted summary',
      { ...reasoned, ...tool('verified to use reasoning summaries') },
      schemaError('verified to use reasoning summaries'),
    ],
    [
      'a quoted maximum',
      { max_tokens: 5000, ...tool('supports at most 1024 completion tokens') },
      schemaError('supports at most 1024 completion tokens', { param: null }),
    ],
    [
      'an implausible maximum',
      { max_tokens: 5000 },
      { code: 'invalid_value', param: 'max_tokens', message: tooLarge(1) },
    ],
    [
      'a maximum that is no number’s',
      { max_tokens: 'supports at most 2000 completion tokens' },
      {
        code: 'invalid_value',
        param: 'max_tokens',
        message: "Invalid value: 'supports at most 2000 completion tokens'.",
      },
    ],
    [
      'a value in the place of a parameter',
      { temperature: 0.2, tool_choice: 'temperature' },
      { message: "Unsupported value: 'temperature'" },
    ],
    [
      'prose out of another place',
      { temperature: 0.2, image: 'http://host/' },
      { message: 'The image could not be loaded: unknown parameter: temperature' },
    ],
    [
      'a forged list of values',
      { reasoning_effort: "x'. Supported values are: 'low" },
      {
        code: 'invalid_value',
        param: 'reasoning_effort',
        message: "Invalid value: 'x'. Supported values are: 'low'. Supported values are: 'low' and 'high'.",
      },
    ],
    [
      'a bad value',
      { temperature: 3 },
      { code: 'invalid_value', param: 'temperature', message: 'Invalid value: 3. It must be at most 2.' },
    ],
    [
      'a value of several',
      { service_tier: 'flex' },
      { code: 'unsupported_value', param: 'service_tier', message: "The tier 'flex' is not supported." },
    ],
    [
      'the value says that it is unsupported',
      { temperature: 'unsupported' },
      { param: 'temperature', message: "Invalid type: 'unsupported'" },
    ],
    [
      'a name with a dot in it',
      { 'reasoning.summary': 1, ...reasoned },
      { code: 'unknown_parameter', param: 'reasoning.summary' },
    ],
    ['reasoning that cannot be decrypted', { input: [{ type: 'reasoning' }] }, { code: 'invalid_encrypted_content' }],
  ])('%s', (_what, sent, error) => {
    expect(isLasting(sent, error)).toBe(false);
  });
});
