import { describe, expect, it } from '@jest/globals';

import { parseChatRequest } from './chat/parse-request.js';
import { parseCompletionsRequest } from './completions/parse-request.js';
import { GatewayError } from './gateway-error.js';
import { parseResponsesRequest } from './responses/parse-request.js';

const base = { model: 'm', messages: [{ role: 'user', content: 'hi' }], input: 'hi' };
const completionsRequest = (body: unknown) => parseCompletionsRequest({ ...(body as object), prompt: 'hi' });
const searchOf = (options: object) => ({ web_search_options: options });
const toolOf = (members: object) => ({ tools: [{ type: 'function', function: { name: 'f', ...members } }] });
const itemOf = (members: object) => ({ input: [{ role: 'user', content: 'hi' }, members] });

function refusedPath(parse: (body: unknown) => unknown, members: object): string | undefined {
  try {
    parse({ ...base, ...members });
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'invalid_request') return error.context.path;
    throw error;
  }
  return undefined;
}

/** Members of the wrong type by the path that is refused. */
const chat: Record<string, object> = {
  n: { n: '3' },
  stream: { stream: 'true' },
  stream_options: { stream_options: 'x' },
  'stream_options.include_usage': { stream_options: { include_usage: 'yes' } },
  parallel_tool_calls: { parallel_tool_calls: 'false' },
  user: { user: 7 },
  safety_identifier: { safety_identifier: {} },
  audio: { audio: true },
  modalities: { modalities: 'audio' },
  web_search_options: { web_search_options: true },
  'web_search_options.filters': searchOf({ filters: 'x' }),
  'web_search_options.filters.allowed_domains': searchOf({ filters: { allowed_domains: 'x' } }),
  'web_search_options.user_location.approximate.city': searchOf({
    user_location: { type: 'approximate', approximate: { city: 7 } },
  }),
  'tools.0.function.description': toolOf({ description: { en: 'x' } }),
  'tools.0.function.strict': toolOf({ strict: 'yes' }),
  'tools.0.function.allowed_callers': toolOf({ allowed_callers: 'direct' }),
  'tools.0.custom.format': { tools: [{ type: 'custom', custom: { name: 'f', format: 'text' } }] },
  'response_format.json_schema.strict': {
    response_format: { type: 'json_schema', json_schema: { name: 'x', schema: {}, strict: 'no' } },
  },
  'messages.0.name': { messages: [{ ...base.messages[0], name: 7 }] },
  'messages.0.refusal': { messages: [{ role: 'assistant', refusal: 7 }] },
  'messages.0.function_call': { messages: [{ role: 'assistant', function_call: 'f' }] },
};

const responses: Record<string, object> = {
  stream: { stream: 1 },
  stream_options: { stream_options: [] },
  parallel_tool_calls: { parallel_tool_calls: 'false' },
  user: { user: 7 },
  safety_identifier: { safety_identifier: 7 },
  include: { include: 'reasoning.encrypted_content' },
  'reasoning.summary': { reasoning: { summary: true } },
  'text.verbosity': { text: { verbosity: 1 } },
  'tools.0.description': { tools: [{ type: 'function', name: 'f', description: 7 }] },
  'tools.0.user_location': { tools: [{ type: 'web_search', user_location: 'Bern' }] },
  'input.1.input': itemOf({ type: 'custom_tool_call', call_id: 'c', name: 'f', input: {} }),
  'input.1.namespace': itemOf({ type: 'function_call', call_id: 'c', name: 'f', namespace: 7 }),
};

const completions: Record<string, object> = {
  n: { n: '3' },
  suffix: { suffix: 7 },
  echo: { echo: 'true' },
  stream: { stream: 'true' },
  stream_options: { stream_options: true },
  user: { user: 7 },
};

describe('a value of the wrong type is refused with its path', () => {
  it.each(Object.entries(chat))('Chat: %s', (path, members) => {
    expect(refusedPath(parseChatRequest, members)).toBe(path);
  });

  it.each(Object.entries(responses))('Responses: %s', (path, members) => {
    expect(refusedPath(parseResponsesRequest, members)).toBe(path);
  });

  it.each(Object.entries(completions))('Completions: %s', (path, members) => {
    expect(refusedPath(completionsRequest, members)).toBe(path);
  });

  it('null is a value that was not given', () => {
    const given = { ...chat, ...responses, ...completions };
    const paths = Object.keys(given).filter((path) => !path.includes('.'));
    const nothing = Object.fromEntries(paths.map((path) => [path, null]));
    for (const parse of [parseChatRequest, parseResponsesRequest, completionsRequest]) {
      expect(refusedPath(parse, nothing)).toBeUndefined();
    }
  });
});
