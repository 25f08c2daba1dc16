import { hash } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { ofDefaultEffort } from '../inbound/default-effort.js';
import { noOutputLimit } from '../inbound/output-limit.js';
import type { MessagesRequest } from '../messages/messages.js';
import type { ModelCapabilities } from '../openai/upstream-model.js';
import { toChatRequest } from './to-request.js';
import { upstreamOf } from './test/chat-upstream.js';

const hi: MessagesRequest['messages'] = [{ role: 'user', content: 'hi' }];
const weather = {
  name: 'get_weather',
  description: 'Weather of a city',
  input_schema: { type: 'object' as const, properties: { city: { type: 'string' } }, required: ['city'] },
};

function translated(
  request: Partial<MessagesRequest> & Record<string, unknown>,
  model = 'gpt-4.1',
  changes: Partial<ModelCapabilities> = {},
) {
  return toChatRequest(
    { model: 'claude-opus-5-5', max_tokens: 1000, messages: hi, ...request },
    upstreamOf(model, changes),
  );
}

function asking(block: unknown) {
  return { messages: [{ role: 'user', content: [block] }] } as unknown as Partial<MessagesRequest>;
}

function codes(
  request: Partial<MessagesRequest> & Record<string, unknown>,
  model?: string,
  changes?: Partial<ModelCapabilities>,
) {
  return translated(request, model, changes).warnings.map(({ code, path }) => `${code} ${path}`);
}

describe('a Messages request becomes a Chat request', () => {
  it('with nothing that was not asked for', () => {
    const { body, warnings, context } = translated({});
    expect(body).toEqual({
      model: 'gpt-4.1',
      messages: [{ role: 'user', content: 'hi' }],
      max_completion_tokens: 1000,
    });
    expect(warnings).toEqual([]);
    expect(context).toEqual({
      model: 'claude-opus-5-5',
      upstream: { provider: 'openai', model: 'gpt-4.1' },
      toolNames: new Map(),
      stopSequences: [],
      thinking: 'hidden',
      contextManagement: false,
    });
  });

  it('in the older form for servers of which nothing is known', () => {
    const { body } = translated({ system: 'Be brief.', stream: true }, 'some-model');
    expect(body).toEqual({
      model: 'some-model',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'hi' },
      ],
      max_tokens: 1000,
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  it('without the mark of the long context window in the model, which the answer repeats', () => {
    const { body, context } = translated({ model: 'gpt-4.1[1m]' }, 'gpt-4.1[1m]');
    expect(body.model).toBe('gpt-4.1');
    expect(context).toMatchObject({ model: 'gpt-4.1[1m]', upstream: { model: 'gpt-4.1' } });
  });

  it('with max_tokens lowered to what the model can write', () => {
    expect(translated({ max_tokens: 128_000 }).body.max_completion_tokens).toBe(32_768);
    expect(codes({ max_tokens: 128_000 })).toEqual(['max_tokens_clamped max_tokens']);
    // What a client gets that named no limit.
    expect(codes({ max_tokens: noOutputLimit })).toEqual([]);
  });

  it('asking a stream for its usage and for no padding', () => {
    expect(translated({ stream: true }).body).toMatchObject({
      stream: true,
      stream_options: { include_usage: true, include_obfuscation: false },
    });
  });

  it('never with stop sequences, which are found here', () => {
    const { body, context } = translated({ stop_sequences: ['END', 'STOP'] });
    expect(body).not.toHaveProperty('stop');
    expect(context.stopSequences).toEqual(['END', 'STOP']);
  });

  it('with sampling where the model takes it', () => {
    expect(translated({ temperature: 0.2, top_p: 0.9 }).body).toMatchObject({ temperature: 0.2, top_p: 0.9 });
    expect(codes({ temperature: 0.2, top_p: 0.9, top_k: 5 }, 'gpt-5')).toEqual([
      'top_k_dropped top_k',
      'temperature_dropped temperature',
      'top_p_dropped top_p',
    ]);
    expect(translated({ top_k: 5 }, 'some-model', { topK: true }).body).toMatchObject({ top_k: 5 });
  });

  it('with the user hashed and the session as cache key', () => {
    const session = '00000000-0000-4000-8000-000000000000';
    const userId = JSON.stringify({ device_id: '0'.repeat(64), account_uuid: '', session_id: session });
    const { body } = translated({ metadata: { user_id: userId } });
    expect(body).toMatchObject({ safety_identifier: hash('sha256', userId), prompt_cache_key: session });
    expect(JSON.stringify(body)).not.toContain('device_id');
    expect(translated({ metadata: { user_id: userId } }, 'some-model').body).not.toHaveProperty('prompt_cache_key');
  });

  it('with a schema for the answer, strict when it is in the strict subset', () => {
    const schema = {
      type: 'object',
      properties: { title: { type: 'string' } },
      required: ['title'],
      additionalProperties: false,
    };
    expect(translated({ output_config: { format: { type: 'json_schema', schema } } }).body.response_format).toEqual({
      type: 'json_schema',
      json_schema: { name: 'structured_output', schema, strict: true },
    });
    const loose = { type: 'object', properties: { title: { type: 'string' } } };
    const format = { type: 'json_schema' as const, schema: loose };
    expect(translated({ output_config: { format } }).body.response_format).toMatchObject({
      json_schema: { strict: false },
    });
    expect(codes({ output_config: { format } })).toEqual(['output_format_not_strict output_config.format']);
    expect(codes({ output_format: format }, 'deepseek-chat')).toEqual(['output_format_dropped output_format']);
  });

  it('with the service tier, and the priority tier for speed if the operator allows it', () => {
    expect(translated({ service_tier: 'standard_only' }).body.service_tier).toBe('default');
    expect(translated({ speed: 'fast' }, 'gpt-4.1', { priorityTier: true }).body.service_tier).toBe('priority');
    expect(codes({ speed: 'fast' })).toEqual(['speed_dropped speed']);
  });

  it('naming every field that it drops', () => {
    const edits = [
      { type: 'clear_thinking_20251015' as const, keep: 'all' as const },
      { type: 'compact_20260112' as const },
    ];
    expect(
      codes({
        inference_geo: 'eu',
        fallbacks: [{ model: 'x' }],
        context_management: { edits },
        output_config: { task_budget: { type: 'tokens', total: 20_000 } },
        never_heard_of: 1,
        diagnostics: null,
      }),
    ).toEqual([
      'inference_geo_dropped inference_geo',
      'fallbacks_dropped fallbacks',
      'unknown_field_dropped never_heard_of',
      'task_budget_dropped output_config.task_budget',
      'context_management_dropped context_management.edits.1',
    ]);
  });
});

describe('effort towards Chat', () => {
  it.each([
    [{ output_config: { effort: 'low' } }, 'low'],
    [{ thinking: { type: 'enabled', budget_tokens: 12_000 } }, 'medium'],
    [{ thinking: { type: 'adaptive' } }, 'high'],
    [{}, undefined],
  ])('of %j is %s', (request, effort) => {
    expect(translated(request as Partial<MessagesRequest>, 'gpt-5').body.reasoning_effort).toBe(effort);
  });

  it('is none beside tools on models that reason unasked, because Chat refuses the two together', () => {
    const request = { tools: [weather], output_config: { effort: 'high' as const } };
    expect(translated({ tools: [weather] }, 'gpt-5.5').body.reasoning_effort).toBe('none');
    expect(translated(request, 'gpt-5.5').body.reasoning_effort).toBe('none');
    expect(codes(request, 'gpt-5.5')).toEqual(['effort_dropped output_config.effort']);
    const thinking = ofDefaultEffort({ type: 'adaptive', display: 'summarized' });
    expect(codes({ tools: [weather], thinking }, 'gpt-5.5')).toEqual(['reasoning_summary_dropped thinking.display']);
  });

  it('is dropped with a warning on models without reasoning', () => {
    expect(codes({ output_config: { effort: 'high' } })).toEqual(['effort_dropped output_config.effort']);
    expect(codes({ thinking: { type: 'adaptive', display: 'omitted' } })).toEqual(['effort_dropped thinking']);
    expect(translated({ thinking: { type: 'adaptive', display: 'omitted' } }).context.thinking).toBe('omitted');
  });
});

describe('tools towards Chat', () => {
  it('are functions, and the choice is OpenAI’s', () => {
    const { body } = translated({ tools: [weather], tool_choice: { type: 'any', disable_parallel_tool_use: true } });
    expect(body).toMatchObject({
      tools: [
        {
          type: 'function',
          function: { name: 'get_weather', description: 'Weather of a city', parameters: weather.input_schema },
        },
      ],
      tool_choice: 'required',
      parallel_tool_calls: false,
    });
  });

  it('leave no choice behind when none of them is left', () => {
    const deferred = { ...weather, defer_loading: true };
    const { body } = translated({ tools: [deferred], tool_choice: { type: 'auto', disable_parallel_tool_use: true } });
    expect(Object.keys(body)).toEqual(['model', 'messages', 'max_completion_tokens']);
  });

  it('have names of at most 64 characters in the list, the choice and the history, and the way back', () => {
    const name = `mcp__${'a_long_server_name_'.repeat(4)}__tool`;
    const { body, context } = translated({
      tools: [{ ...weather, name }],
      tool_choice: { type: 'tool', name },
      messages: [
        { role: 'user', content: 'hi' },
        { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name, input: {} }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1' }] },
      ],
    });
    const [sent] = [...context.toolNames.keys()];
    expect(sent).toMatch(/^mcp__[\w-]{47}_[0-9a-f]{8}$/);
    expect(context.toolNames.get(sent ?? '')).toBe(name);
    expect(body).toMatchObject({
      tools: [{ function: { name: sent } }],
      tool_choice: { function: { name: sent } },
      messages: [{}, { tool_calls: [{ function: { name: sent } }] }, {}],
    });
  });

  it('of the o-series cannot be told to come one by one', () => {
    const request = { tools: [weather], tool_choice: { type: 'auto' as const, disable_parallel_tool_use: true } };
    expect(codes(request, 'o3')).toEqual(['disable_parallel_tool_use_dropped tool_choice.disable_parallel_tool_use']);
    expect(translated(request, 'o3').body).not.toHaveProperty('parallel_tool_calls');
  });

  it('that search the web are refused with their path', () => {
    const tools = [weather, { type: 'web_search_20250305' as const, name: 'web_search' as const }];
    expect(() => translated({ tools })).toThrow(
      expect.objectContaining({
        code: 'invalid_request',
        context: { path: 'tools.1' },
        message: expect.stringContaining('tools.1: '),
      }),
    );
  });
});

describe('a request that must not be sent', () => {
  it.each([
    ['safeguards', { safeguards: { type: 'dangerous' } }, 'safeguards'],
    ['thread', { thread: { type: 'create' } }, 'thread'],
    ['compaction', { compaction: { type: 'summarize' } }, 'compaction'],
    ['container', { container: 'c_1' }, 'container'],
    ['mcp_servers', { mcp_servers: [{ type: 'url', url: 'https://x', name: 'x' }] }, 'mcp_servers'],
    ['a prefill', { messages: [...hi, { role: 'assistant', content: 'Sure' }] }, 'messages.1'],
    ['no message', { messages: [] }, 'messages'],
    ['a forced tool that is not declared', { tool_choice: { type: 'tool', name: 'x' } }, 'tool_choice.name'],
    [
      'a file of the Files API',
      { messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'file', file_id: 'f' } }] }] },
      'messages.0.content.0.source',
    ],
    [
      'a container upload',
      {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'x' },
              { type: 'container_upload', file_id: 'f' },
            ],
          },
        ],
      },
      'messages.0.content.1',
    ],
    [
      'a block that nobody knows',
      { messages: [{ role: 'user', content: [{ type: 'hologram' }] }] },
      'messages.0.content.0',
    ],
  ])('for %s says so with the path', (_name, request, path) => {
    expect(() => translated(request as unknown as Partial<MessagesRequest>)).toThrow(
      expect.objectContaining({
        code: 'invalid_request',
        context: expect.objectContaining({ path }),
        message: expect.stringContaining(path.split('.')[0] ?? ''),
      }),
    );
  });

  it('for a thread carries the error code on which clients send everything', () => {
    expect(() => translated({ thread: { type: 'create' } })).toThrow(
      expect.objectContaining({
        context: expect.objectContaining({ details: { error_code: 'thread_unsupported_request' } }),
      }),
    );
  });

  it('for a PDF or an image that the model cannot take uses the words on which clients leave it out', () => {
    const pdf = { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBE' } };
    const image = { type: 'image', source: { type: 'url', url: 'https://x/y.png' } };
    expect(() => translated(asking(pdf), 'some-model')).toThrow(/does not support PDF input/);
    expect(() => translated(asking(image), 'gpt-oss-120b')).toThrow(
      /messages\.0\.content\.0\.image: Could not process image/,
    );
  });
});
