import { describe, expect, it } from '@jest/globals';
import { parseChatRequest } from '../chat/index.js';
import { parseCompleteRequest } from '../complete/index.js';
import { parseCompletionsRequest } from '../completions/index.js';
import type { Dialect } from '../dialect.js';
import type { MessagesRequest } from '../messages/messages.js';
import { parseResponsesRequest } from '../responses/index.js';
import { clientPath } from './client-path.js';

const parsers = {
  chat: parseChatRequest,
  responses: parseResponsesRequest,
  completions: parseCompletionsRequest,
  complete: parseCompleteRequest,
};

const image = 'data:image/png;base64,iVBORw0KGgo=';
const parameters = { type: 'object', properties: {} };

const chat = {
  model: 'm',
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'hi' },
    { role: 'assistant', content: 'Well,' },
    {
      role: 'assistant',
      content: 'look:',
      tool_calls: [
        { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } },
        { id: 'b', type: 'function', function: { name: 'f', arguments: '{}' } },
      ],
    },
    { role: 'tool', tool_call_id: 'a', content: 'one' },
    { role: 'tool', tool_call_id: 'b', content: [{ type: 'text', text: 'two' }] },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'and this?' },
        { type: 'image_url', image_url: { url: image } },
      ],
    },
  ],
  tools: [
    { type: 'function', function: { name: 'f', parameters, strict: true } },
    { type: 'custom', custom: { name: 'g' } },
  ],
  web_search_options: {},
};

const responses = {
  model: 'm',
  instructions: 'Be brief.',
  input: [
    { role: 'user', content: 'hi' },
    { type: 'function_call', call_id: 'a', name: 'f', arguments: '{}' },
    { type: 'function_call', call_id: 'b', name: 'f', arguments: '{}' },
    { type: 'function_call_output', call_id: 'b', output: [{ type: 'input_image', image_url: image }] },
    { type: 'function_call_output', call_id: 'a', output: 'one' },
    { type: 'additional_tools', tools: [{ type: 'function', name: 'late', parameters }] },
    {
      role: 'user',
      content: [
        { type: 'input_text', text: 'and this?' },
        { type: 'input_image', image_url: image },
      ],
    },
  ],
  tools: [
    { type: 'local_shell' },
    { type: 'namespace', name: 'ns', tools: [{ type: 'function', name: 'f', parameters }] },
    { type: 'web_search' },
  ],
};

function pathIn(dialect: Exclude<Dialect, 'messages'>, body: unknown): (path: string) => string {
  const { request } = parsers[dialect](body);
  return (path) => clientPath({ dialect, body, request }, path);
}

describe('the path of a part of the conversation is where its client wrote it', () => {
  it.each([
    ['messages.1.content.2', 'messages.3.tool_calls.0'],
    ['messages.1.content.3', 'messages.3.tool_calls.1'],
    ['messages.2.content.0', 'messages.4'],
    ['messages.2.content.1', 'messages.5'],
    ['messages.2.content.3.image', 'messages.6.content.1'],
    ['messages.2.content.3.source', 'messages.6.content.1'],
    ['messages.7', 'messages'],
    ['tools.0', 'tools.0.function'],
    ['tools.0.input_schema', 'tools.0.function.parameters'],
    ['tools.0.strict', 'tools.0.function.strict'],
    ['tools.1', 'tools.1.custom'],
    ['tools.2', 'web_search_options'],
  ])('%s is %s of a Chat client', (canonical, own) => {
    expect(pathIn('chat', chat)(canonical)).toBe(own);
  });

  it.each([
    ['messages.1.content.0', 'input.1'],
    ['messages.1.content.1', 'input.2'],
    ['messages.2.content.0', 'input.3'],
    ['messages.2.content.0.content.0.image', 'input.3.output.0'],
    ['messages.2.content.1', 'input.4'],
    ['messages.2.content.3.source', 'input.6.content.1'],
    ['messages', 'input'],
    ['tools.0.input_schema', 'tools.1.tools.0.parameters'],
    ['tools.1', 'tools.2'],
    ['tools.2', 'input.5.tools.0'],
  ])('%s is %s of a Responses client', (canonical, own) => {
    expect(pathIn('responses', responses)(canonical)).toBe(own);
  });

  it('knows files, and the calls of the older functions', () => {
    const file = { file_data: 'data:application/pdf;base64,JVBERi0=', filename: 'a.pdf' };
    const path = pathIn('chat', {
      model: 'm',
      messages: [
        { role: 'user', content: 'hi' },
        { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
        { role: 'function', name: 'f', content: 'one' },
        { role: 'user', content: [{ type: 'file', file }] },
      ],
      functions: [{ name: 'f', parameters }],
      function_call: 'auto',
    });
    expect(path('messages.1.content.0')).toBe('messages.1.function_call');
    expect(path('messages.2.content.0')).toBe('messages.2');
    expect(path('messages.2.content.1')).toBe('messages.3.content.0');
    expect(path('tools.0')).toBe('functions.0');
    expect(path('tool_choice')).toBe('function_call');
  });
});

describe('the path of an option is its name in the dialect', () => {
  const hi = { model: 'm', messages: [{ role: 'user', content: 'hi' }] };
  const prompted = { model: 'm', prompt: 'hi' };
  const completed = { model: 'm', prompt: '\n\nHuman: hi\n\nAssistant:', max_tokens_to_sample: 9 };

  it.each<[Exclude<Dialect, 'messages'>, object, string, string]>([
    ['chat', hi, 'thinking', 'reasoning_effort'],
    ['chat', hi, 'output_config.effort', 'reasoning_effort'],
    ['chat', hi, 'output_config.format', 'response_format.json_schema'],
    ['chat', hi, 'max_tokens', 'max_completion_tokens'],
    ['chat', { ...hi, max_tokens: 9 }, 'max_tokens', 'max_tokens'],
    ['chat', { ...hi, max_tokens: 9, max_completion_tokens: null }, 'max_tokens', 'max_tokens'],
    ['chat', hi, 'tool_choice.disable_parallel_tool_use', 'parallel_tool_calls'],
    ['chat', hi, 'tool_choice.name', 'tool_choice'],
    ['chat', hi, 'stop_sequences.0', 'stop'],
    ['chat', { ...hi, user: 'u' }, 'metadata.user_id', 'user'],
    ['chat', hi, 'system', 'messages'],
    ['chat', hi, 'top_k', 'top_k'],
    ['responses', { model: 'm', input: 'hi' }, 'messages', 'input'],
    ['responses', { model: 'm', input: 'hi' }, 'max_tokens', 'max_output_tokens'],
    ['responses', { model: 'm', input: 'hi' }, 'thinking.display', 'reasoning.summary'],
    ['responses', { model: 'm', input: 'hi' }, 'output_config.effort', 'reasoning.effort'],
    ['responses', { model: 'm', input: 'hi' }, 'output_config.format', 'text.format'],
    ['responses', { model: 'm', input: 'hi', instructions: 'x' }, 'system', 'instructions'],
    ['completions', prompted, 'messages.0', 'prompt'],
    ['completions', prompted, 'max_tokens', 'max_tokens'],
    ['complete', completed, 'messages.0', 'prompt'],
    ['complete', completed, 'max_tokens', 'max_tokens_to_sample'],
  ])('%s %j: %s is %s', (dialect, body, canonical, own) => {
    expect(pathIn(dialect, body)(canonical)).toBe(own);
  });

  it('a Messages client’s paths are its own', () => {
    const request: MessagesRequest = { model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] };
    expect(clientPath({ dialect: 'messages', body: request, request }, 'max_tokens')).toBe('max_tokens');
  });
});
