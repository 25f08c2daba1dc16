import { describe, expect, it } from '@jest/globals';
import { parseChatRequest } from '../chat/parse-request.js';
import type { JsonObject } from '../json-object.js';
import { parseResponsesRequest } from '../responses/parse-request.js';
import { claudeCapabilities } from './claude-capabilities.js';
import type { MessagesRequest } from './messages.js';
import { toMessagesRequest } from './to-request.js';

const upstream = {
  provider: 'anthropic',
  model: 'claude-opus-5-5',
  capabilities: claudeCapabilities('claude-opus-5-5'),
};

function sent(request: MessagesRequest, capabilities: object = {}): JsonObject {
  const { body, warnings } = toMessagesRequest(request, {
    ...upstream,
    capabilities: { ...upstream.capabilities, ...capabilities },
  });
  expect(warnings.filter(({ code }) => !code.startsWith('prompt_cache'))).toEqual([]);
  return JSON.parse(JSON.stringify(body)) as JsonObject;
}

/** The values that hold a `cache_control`, without it. */
function marked(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  const { cache_control: mark, ...rest } = value as { cache_control?: unknown };
  if (mark !== undefined) expect(mark).toEqual({ type: 'ephemeral' });
  return [...(mark === undefined ? [] : [rest]), ...Object.values(rest).flatMap(marked)];
}

const question = { role: 'user', content: 'hi' };
const tool = { type: 'function', function: { name: 'f', parameters: { type: 'object' } } };
const system = { role: 'system', content: 'Be brief.' };
const history = [question, { role: 'assistant', content: 'Hello.' }, { role: 'user', content: 'And now?' }];

function chat(members: object): MessagesRequest {
  return parseChatRequest({ model: 'm', messages: [question], ...members }).request;
}

describe('the conversation of an OpenAI client on an Anthropic upstream', () => {
  it('is cached behind its system and behind its last block', () => {
    expect(marked(sent(chat({ messages: [system, ...history] })))).toEqual([
      { type: 'text', text: 'And now?' },
      { type: 'text', text: 'Be brief.' },
    ]);
  });

  it('is cached from its first turn on where the model may call tools, which bring the next', () => {
    expect(marked(sent(chat({ tools: [tool] })))).toMatchObject([{ text: 'hi' }, { name: 'f' }]);
  });

  it('is left alone where the client marked a part of a tool’s result', () => {
    const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } };
    const part = { type: 'text', text: 'done', cache_control: { type: 'ephemeral' } };
    const messages = [
      question,
      { role: 'assistant', tool_calls: [call] },
      { role: 'tool', tool_call_id: 'c', content: [part] },
      question,
    ];
    expect(marked(sent(chat({ messages })))).toEqual([{ type: 'text', text: 'done' }]);
  });

  it('is cached behind the results of tools', () => {
    const request = parseResponsesRequest({
      model: 'm',
      input: [
        question,
        { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c', output: 'done' },
      ],
    }).request;
    expect(marked(sent(request))).toEqual([{ type: 'tool_result', tool_use_id: 'c', content: 'done' }]);
  });

  it.each([
    ['has one question alone', {}],
    ['has a system prompt and one question', { messages: [system, question] }],
    ['wants one forced call', { tools: [tool], tool_choice: 'required' }],
    ['wants one call by its name', { tools: [tool], tool_choice: { type: 'function', function: { name: 'f' } } }],
  ])('is not where it %s: a write costs more than it saves', (_name, members) => {
    expect(marked(sent(chat(members)))).toEqual([]);
  });

  it('is as the client wants it where that has breakpoints of its own, or none on purpose', () => {
    const part = { type: 'text', text: 'long', prompt_cache_breakpoint: { mode: 'explicit' } };
    const own = chat({ messages: [{ role: 'user', content: [part] }, ...history] });
    expect(marked(sent(own))).toEqual([{ type: 'text', text: 'long' }]);
    expect(marked(sent(chat({ messages: history, prompt_cache_options: { mode: 'explicit' } })))).toEqual([]);
  });

  it('is not where the operator has switched it off, or the server has no breakpoints', () => {
    expect(marked(sent(chat({ messages: history }), { automaticCaching: false }))).toEqual([]);
    expect(marked(sent(chat({ messages: history }), { cacheBreakpoints: false }))).toEqual([]);
  });

  it('is the client’s own object still, for another target', () => {
    const request = chat({ messages: [system, ...history], tools: [tool] });
    const before = structuredClone(request);
    sent(request);
    expect(request).toEqual(before);
  });
});
