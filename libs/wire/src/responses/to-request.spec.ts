import { describe, expect, it } from '@jest/globals';

import { bash, type Members, translate, upstreamOf } from './test/messages-request.js';

describe('a Messages request becomes a Responses request', () => {
  it('that stores nothing and asks for encrypted reasoning, also when no effort was asked for', () => {
    expect(translate().body).toEqual({
      model: 'gpt-5.6',
      input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hi' }] }],
      max_output_tokens: 1024,
      store: false,
      include: ['reasoning.encrypted_content'],
    });
  });

  it('without any word on reasoning for a model that does not reason', () => {
    const { body } = translate({ thinking: { type: 'adaptive' } }, upstreamOf('gpt-4.1'));
    expect(body.reasoning).toBeUndefined();
    expect(body.include).toBeUndefined();
    expect(body.store).toBe(false);
  });

  it('streaming without obfuscation', () => {
    expect(translate({ stream: true }).body).toMatchObject({
      stream: true,
      stream_options: { include_obfuscation: false },
    });
  });

  it('with the output limit between 16 and what the model can write', () => {
    expect(translate({ max_tokens: 1 })).toMatchObject({
      body: { max_output_tokens: 16 },
      warnings: [{ code: 'max_tokens_raised', path: 'max_tokens' }],
    });
    expect(translate({ max_tokens: 9_000_000 }, upstreamOf('gpt-5.6', { maxOutput: 128_000 }))).toMatchObject({
      body: { max_output_tokens: 128_000 },
      warnings: [{ code: 'max_tokens_clamped', path: 'max_tokens' }],
    });
  });

  it('with no less output than the operator wants for a model that thinks first', () => {
    const upstream = upstreamOf('gpt-5.6', { minOutput: 1024 });
    expect(translate({ max_tokens: 100 }, upstream)).toMatchObject({
      body: { max_output_tokens: 1024 },
      warnings: [{ code: 'max_tokens_raised', path: 'max_tokens' }],
    });
    expect(translate({ max_tokens: 1025 }, upstream)).toMatchObject({
      body: { max_output_tokens: 1025 },
      warnings: [],
    });
  });

  it('with the session as cache key and the user hashed', () => {
    const userId = JSON.stringify({ device_id: 'd'.repeat(64), account_uuid: '', session_id: 'b3f1-session' });
    const { body } = translate({ metadata: { user_id: userId } });
    expect(body.prompt_cache_key).toBe('b3f1-session');
    expect(body.safety_identifier).toMatch(/^[0-9a-f]{64}$/);
    expect(body.metadata).toBeUndefined();
    expect(JSON.stringify(body)).not.toContain('dddd');
  });

  it('with a JSON schema for the output, strict only where the schema is', () => {
    const schema = {
      type: 'object',
      properties: { title: { type: 'string' } },
      required: ['title'],
      additionalProperties: false,
    };
    const strict = translate({ output_config: { format: { type: 'json_schema', schema } } });
    expect(strict.body.text).toEqual({
      format: { type: 'json_schema', name: 'structured_output', schema, strict: true },
    });
    expect(strict.warnings).toEqual([]);
    const loose = translate({ output_format: { type: 'json_schema', schema: { type: 'object' } } });
    expect(loose.body.text).toMatchObject({ format: { strict: false } });
    expect(loose.warnings).toEqual([{ code: 'output_format_not_strict', path: 'output_format' }]);
  });

  it('with effort, and summaries only where thinking is shown', () => {
    expect(translate({ thinking: { type: 'adaptive' } }).body.reasoning).toEqual({ effort: 'high', summary: 'auto' });
    expect(translate({ thinking: { type: 'adaptive', display: 'omitted' } }).body.reasoning).toEqual({
      effort: 'high',
    });
    expect(translate({ thinking: { type: 'disabled' } }).body.reasoning).toEqual({ effort: 'none' });
    expect(translate({ output_config: { effort: 'low' } }).body.reasoning).toEqual({ effort: 'low' });
  });

  it('with what cannot be kept named', () => {
    const { body, warnings } = translate({ top_k: 5, temperature: 0.5, inference_geo: 'eu' });
    expect(body.temperature).toBeUndefined();
    expect(warnings.map(({ code }) => code).toSorted()).toEqual([
      'inference_geo_dropped',
      'temperature_dropped',
      'top_k_dropped',
    ]);
  });

  it('and the way back knows what the client asked for', () => {
    const { context } = translate({
      stop_sequences: ['END'],
      thinking: { type: 'adaptive', display: 'omitted' },
      context_management: { edits: [] },
      tools: [bash],
    });
    expect(context).toEqual({
      model: 'claude-opus-5-5',
      upstream: { provider: 'azure-openai', model: 'gpt-5.6' },
      toolNames: new Map([['Bash', 'Bash']]),
      stopSequences: ['END'],
      thinking: 'omitted',
      contextManagement: true,
    });
  });
});

function refusal(overrides: Members, upstream = upstreamOf()): unknown {
  try {
    translate(overrides, upstream);
  } catch (error) {
    return error;
  }
  return undefined;
}

function user(block: unknown): Record<string, unknown> {
  return { messages: [{ role: 'user', content: [{ type: 'text', text: 'x' }, block] }] };
}

describe('a request is refused where silence would change its meaning', () => {
  it.each([
    ['safeguards', { safeguards: {} }, 'safeguards'],
    ['a thread', { thread: { type: 'create' } }, 'thread'],
    ['MCP servers', { mcp_servers: [{ name: 'x' }] }, 'mcp_servers'],
    [
      'a prefill',
      {
        messages: [
          { role: 'user', content: 'a' },
          { role: 'assistant', content: 'b' },
        ],
      },
      'messages.1',
    ],
    ['an unknown block', user({ type: 'hologram' }), 'messages.0.content.1'],
    [
      'a file of another API',
      user({ type: 'image', source: { type: 'file', file_id: 'f' } }),
      'messages.0.content.1.source',
    ],
    ['a computer tool', { tools: [{ type: 'computer_20250124', name: 'computer' }] }, 'tools.0'],
    [
      'a call without result',
      {
        messages: [
          { role: 'user', content: 'a' },
          { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'Bash', input: {} }] },
          { role: 'user', content: 'b' },
        ],
      },
      'messages.1.content.0',
    ],
  ])('%s', (_, overrides, path) => {
    expect(refusal(overrides)).toMatchObject({ code: 'invalid_request', context: { path } });
  });

  it('a web search that the model does not have', () => {
    expect(
      refusal(
        { tools: [{ type: 'web_search_20250305', name: 'web_search' }] },
        upstreamOf('gpt-5.6', { webSearchTool: false }),
      ),
    ).toMatchObject({
      code: 'invalid_request',
      context: { path: 'tools.0' },
    });
  });
});
