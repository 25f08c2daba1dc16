import { describe, expect, it } from '@jest/globals';
import {
  capabilitiesFor,
  claudeCapabilities,
  type MessagesRequest,
  parseChatRequest,
  parseMessagesRequest,
  parseResponsesRequest,
  toChatRequest,
  toMessagesRequest,
  toResponsesRequest,
  type UpstreamModel,
} from './index.js';

/** What other gateways have sent, and no upstream takes. */

const question: MessagesRequest = { model: 'm', max_tokens: 64, messages: [{ role: 'user', content: 'hi' }] };

function claude(model: string): UpstreamModel {
  return { provider: 'anthropic', model, capabilities: claudeCapabilities(model) };
}

describe('a parameter', () => {
  it('service_tier of an OpenAI client never becomes speed, which Anthropic refuses', () => {
    for (const tier of ['auto', 'default', 'flex', 'priority']) {
      const chat = { model: 'm', messages: [{ role: 'user', content: 'hi' }], service_tier: tier };
      const { body } = toMessagesRequest(parseChatRequest(chat).request, claude('claude-opus-5-5'));
      expect(body).not.toHaveProperty('speed');
      expect(['auto', 'standard_only', undefined]).toContain(body.service_tier);
    }
  });

  it('never is a budget of thinking that Anthropic refuses, however short the answer may be', () => {
    const budgets: number[] = [];
    for (const max_tokens of [1, 500, 1024, 1025, 4000]) {
      const thinking = { type: 'enabled', budget_tokens: 4096 } as const;
      const request: MessagesRequest = { ...question, max_tokens, thinking };
      const { body } = toMessagesRequest(request, claude('claude-haiku-4-5'));
      if (body.thinking === undefined) continue;
      const budget = body.thinking.type === 'enabled' ? body.thinking.budget_tokens : 0;
      expect(budget).toBeGreaterThanOrEqual(1024);
      expect(budget).toBeLessThan(max_tokens);
      budgets.push(budget);
    }
    expect(budgets).toEqual([1024, 3999]);
  });
});

describe('a conversation of more parts than a call can have arguments', () => {
  const parts = Array.from({ length: 150_000 }, () => ({ type: 'text', text: 'x' }));
  const images = parts.map(() => ({ type: 'image', source: { type: 'url', url: 'https://example.org/a' } }));
  const document = { type: 'document', source: { type: 'content', content: parts } };
  const calls = parts.map((_, index) => ({ type: 'tool_use', id: `c${index}`, name: 'f', input: {} }));
  const answers = calls.map(({ id }) => ({ type: 'tool_result', tool_use_id: id }));
  const upstream: UpstreamModel = { provider: 'p', model: 'gpt-5', capabilities: capabilitiesFor('gpt-5') };

  it.each([
    ['a document', [{ role: 'user', content: [document] }]],
    [
      'parallel calls',
      [...question.messages, { role: 'assistant', content: calls }, { role: 'user', content: answers }],
    ],
    [
      'images of a result',
      [
        ...question.messages,
        { role: 'assistant', content: calls.slice(0, 1) },
        { role: 'user', content: [{ ...answers[0], content: images }] },
      ],
    ],
  ])('reaches OpenAI with %s', (_kind, messages) => {
    const request = parseMessagesRequest({ ...question, messages });
    expect(JSON.stringify(toChatRequest(request, upstream).body).length).toBeGreaterThan(parts.length);
    expect(JSON.stringify(toResponsesRequest(request, upstream).body).length).toBeGreaterThan(parts.length);
  });
});

describe('a request that loses more members than a call can have arguments', () => {
  const unknown = Object.fromEntries(Array.from({ length: 150_000 }, (_, index) => [`k${index}`, 1]));
  const edits = Array.from({ length: 150_000 }, () => ({ type: 'clear_tool_uses_20250919' }));
  const tool = { name: 'f', ...unknown };
  const schema = { name: 's', schema: { type: 'object' }, ...unknown };
  const chat = { model: 'm', messages: question.messages };
  const responses = { model: 'm', input: 'hi' };
  const upstream: UpstreamModel = { provider: 'p', model: 'gpt-5', capabilities: capabilitiesFor('gpt-5') };

  it.each([
    ['a function', () => parseChatRequest({ ...chat, tools: [{ type: 'function', function: tool }] })],
    ['a tool', () => parseChatRequest({ ...chat, tools: [{ type: 'function', function: { name: 'f' }, ...unknown }] })],
    ['a custom tool', () => parseChatRequest({ ...chat, tools: [{ type: 'custom', custom: tool }] })],
    ['web search', () => parseChatRequest({ ...chat, web_search_options: unknown })],
    ['a format', () => parseChatRequest({ ...chat, response_format: { type: 'json_schema', json_schema: schema } })],
    ['a namespace', () => parseResponsesRequest({ ...responses, tools: [{ type: 'namespace', ...tool, tools: [] }] })],
    ['reasoning', () => parseResponsesRequest({ ...responses, reasoning: { effort: 'low', ...unknown } })],
    [
      'context management',
      () => toChatRequest(parseMessagesRequest({ ...question, context_management: { edits } }), upstream),
    ],
  ])('in %s is translated, with a warning of each', (_place, translated) => {
    expect(translated().warnings).toHaveLength(150_000);
  });
});

describe('stop sequences', () => {
  const chat = { model: 'm', messages: question.messages };
  const openai: UpstreamModel = { provider: 'p', model: 'gpt-5', capabilities: capabilitiesFor('gpt-5') };
  const anthropic = claude('claude-opus-5-5');
  const many = Array.from({ length: 4_001 }, (_, index) => String(index).padStart(4, '0'));

  it('are refused where the gateway has to search for more than it can', () => {
    const { request } = parseChatRequest({ ...chat, stop: many });
    const refusal = { code: 'invalid_request', context: expect.objectContaining({ path: 'stop_sequences' }) };
    expect(() => toChatRequest(request, openai)).toThrow(expect.objectContaining(refusal));
    expect(() => toResponsesRequest(request, openai)).toThrow(expect.objectContaining(refusal));
    const blank = parseChatRequest({ ...chat, stop: many.map(() => ' '.repeat(4)) }).request;
    expect(() => toMessagesRequest(blank, anthropic)).toThrow(expect.objectContaining(refusal));
  });

  it('of any number go to the upstream that searches itself, and a few thousand are searched here', () => {
    const { request } = parseChatRequest({ ...chat, stop: many });
    expect(toMessagesRequest(request, anthropic).body.stop_sequences).toEqual(many);
    const fewer = parseChatRequest({ ...chat, stop: many.slice(1) }).request;
    expect(toChatRequest(fewer, openai).context.stopSequences).toHaveLength(4_000);
  });
});

describe('a number that JavaScript cannot hold', () => {
  const args = '{"id":12345678901234567890,"far":1e400,"list":[{"price":0.12345678901234567890}]}';
  const call = { id: 'c', type: 'function', function: { name: 'f', arguments: args } };
  const history = [...question.messages, { role: 'assistant', content: null, tool_calls: [call] }];
  const result = { role: 'tool', tool_call_id: 'c', content: 'ok' };

  it('is the same in the input of a tool’s call, in any dialect', () => {
    const { request } = parseChatRequest({ model: 'm', messages: [...history, result] });
    expect(JSON.stringify(toMessagesRequest(request, claude('claude-opus-5-5')).body)).toContain(args);
    const upstream: UpstreamModel = { provider: 'p', model: 'gpt-5', capabilities: capabilitiesFor('gpt-5') };
    expect(JSON.stringify(toResponsesRequest(request, upstream).body)).toContain(JSON.stringify(args).slice(1, -1));
  });
});
