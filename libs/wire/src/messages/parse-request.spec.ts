import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { GatewayError } from '../gateway-error.js';
import { parseCountTokensRequest, parseMessagesRequest } from './parse-request.js';

const valid = () => ({ model: 'claude-x', max_tokens: 10, messages: [{ role: 'user', content: 'hi' }] as unknown[] });

function refusal(body: unknown, parse: (json: unknown) => unknown = parseMessagesRequest): GatewayError {
  try {
    parse(body);
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

const block = (content: unknown) => ({ ...valid(), messages: [{ role: 'user', content: [content] }] });
const added = (definition: unknown) => ({ type: 'tool_addition', tool: { type: 'tool_definition', definition } });

describe('parseMessagesRequest', () => {
  it('returns the very object that it was given, unknown members included', () => {
    const body = { ...valid(), not_invented_yet: { a: 1 } };
    expect(parseMessagesRequest(body)).toBe(body);
    expect(body.not_invented_yet).toEqual({ a: 1 });
  });

  it('accepts what Claude Code sends', () => {
    const body = {
      model: 'claude-opus-5-5',
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'hi', cache_control: { type: 'ephemeral' } }] },
        { role: 'system', content: 'environment' },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: '', signature: 'sig' },
            { type: 'tool_use', id: 'toolu_1', name: 'Read', input: {} },
          ],
        },
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: 'toolu_1',
              content: [{ type: 'tool_reference', tool_name: 'WebFetch' }],
            },
            { type: 'tool_result', tool_use_id: 'toolu_2', is_error: true },
            { type: 'image', source: { type: 'base64', data: 'AA==', media_type: 'image/png' } },
          ],
        },
        { role: 'system', output_config: { effort: 'low' } },
      ],
      system: [{ type: 'text', text: 'x-anthropic-billing-header: cc_version=2' }],
      tools: [
        { name: 'Read', input_schema: { type: 'object' } },
        { type: 'web_search_20250305', name: 'web_search', max_uses: 8 },
        { type: 'mcp_toolset', mcp_server_name: 'x' },
      ],
      metadata: { user_id: 'u' },
      max_tokens: 0,
      thinking: { type: 'adaptive', display: 'omitted' },
      context_management: { edits: [] },
      output_config: { effort: 'medium', format: { type: 'json_schema', schema: {} } },
      stream: true,
    };
    expect(parseMessagesRequest(body)).toBe(body);
  });

  it('reads null in an optional member as its absence', () => {
    expect(parseMessagesRequest({ ...valid(), system: null, tools: null, temperature: null, stream: null })).toEqual(
      valid(),
    );
  });

  it.each([
    [null, '', 'The request body should be a JSON object'],
    [[], '', 'The request body should be a JSON object'],
    [{ ...valid(), model: undefined }, 'model', 'model: Field required'],
    [{ ...valid(), model: '' }, 'model', 'model: String should have at least 1 character'],
    [{ ...valid(), model: 7 }, 'model', 'model: Input should be a valid string'],
    [{ ...valid(), max_tokens: undefined }, 'max_tokens', 'max_tokens: Field required'],
    [{ ...valid(), max_tokens: 1.5 }, 'max_tokens', 'max_tokens: Input should be a valid integer'],
    [{ ...valid(), max_tokens: -1 }, 'max_tokens', 'max_tokens: Input should be greater than or equal to 0'],
    [{ ...valid(), messages: undefined }, 'messages', 'messages: Field required'],
    [{ ...valid(), messages: {} }, 'messages', 'messages: Input should be a valid array'],
    [{ ...valid(), messages: [] }, 'messages', 'messages: at least one message is required'],
    [{ ...valid(), messages: [1] }, 'messages.0', 'messages.0: Input should be an object'],
    [{ ...valid(), messages: [{ content: 'x' }] }, 'messages.0.role', 'messages.0.role: Field required'],
    [
      { ...valid(), messages: [{ role: 'tool', content: 'x' }] },
      'messages.0.role',
      "messages.0.role: Input should be 'user', 'assistant' or 'system'",
    ],
    [{ ...valid(), messages: [{ role: 'user' }] }, 'messages.0.content', 'messages.0.content: Field required'],
    [
      { ...valid(), messages: [{ role: 'user', content: 5 }] },
      'messages.0.content',
      'messages.0.content: Input should be a valid string or array',
    ],
    [block('x'), 'messages.0.content.0', 'messages.0.content.0: Input should be an object'],
    [block({}), 'messages.0.content.0.type', 'messages.0.content.0.type: Field required'],
    [block({ type: 'text' }), 'messages.0.content.0.text', 'messages.0.content.0.text: Field required'],
    [block({ type: 'image' }), 'messages.0.content.0.source', 'messages.0.content.0.source: Field required'],
    [
      block({ type: 'image', source: { type: 'url' } }),
      'messages.0.content.0.source.url',
      'messages.0.content.0.source.url: Field required',
    ],
    [
      block({ type: 'tool_use', id: 'a', name: 'b', input: '{}' }),
      'messages.0.content.0.input',
      'messages.0.content.0.input: Input should be an object',
    ],
    [
      block({ type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: 1 }] }),
      'messages.0.content.0.content.0.text',
      'messages.0.content.0.content.0.text: Input should be a valid string',
    ],
    [{ ...valid(), system: 5 }, 'system', 'system: Input should be a valid string or array'],
    [{ ...valid(), system: [{ type: 'image' }] }, 'system.0.source', 'system.0.source: Field required'],
    [{ ...valid(), system: [{ type: 'x' }] }, 'system.0.type', "system.0.type: Input should be 'text'"],
    [{ ...valid(), tools: {} }, 'tools', 'tools: Input should be a valid array'],
    [{ ...valid(), tools: [{ name: 'a' }] }, 'tools.0.input_schema', 'tools.0.input_schema: Field required'],
    [{ ...valid(), tools: [{ input_schema: {} }] }, 'tools.0.name', 'tools.0.name: Field required'],
    [{ ...valid(), tool_choice: 'auto' }, 'tool_choice', 'tool_choice: Input should be an object'],
    [{ ...valid(), tool_choice: { type: 'tool' } }, 'tool_choice.name', 'tool_choice.name: Field required'],
    [{ ...valid(), stop_sequences: ['a', 1] }, 'stop_sequences.1', 'stop_sequences.1: Input should be a valid string'],
    [{ ...valid(), temperature: '1' }, 'temperature', 'temperature: Input should be a valid number'],
    [{ ...valid(), stream: 'yes' }, 'stream', 'stream: Input should be a valid boolean'],
    [{ ...valid(), thinking: { type: 'enabled' } }, 'thinking.budget_tokens', 'thinking.budget_tokens: Field required'],
    [{ ...valid(), metadata: { user_id: 1 } }, 'metadata.user_id', 'metadata.user_id: Input should be a valid string'],
    [
      { ...valid(), output_config: { effort: 1 } },
      'output_config.effort',
      'output_config.effort: Input should be a valid string',
    ],
    [
      { ...valid(), output_config: { format: { type: 'json_schema' } } },
      'output_config.format.schema',
      'output_config.format.schema: Field required',
    ],
    [
      { ...valid(), output_format: { type: 'json_schema' } },
      'output_format.schema',
      'output_format.schema: Field required',
    ],
    [
      { ...valid(), tools: [{ type: 'bash_20250124', name: null }] },
      'tools.0.name',
      'tools.0.name: Input should be a valid string',
    ],
    [
      { ...valid(), tools: [{ name: 'a', input_schema: {}, allowed_callers: 5 }] },
      'tools.0.allowed_callers',
      'tools.0.allowed_callers: Input should be a valid array',
    ],
    [
      { ...valid(), tools: [{ type: 'bash_20250124', name: 'bash', allowed_callers: [{}] }] },
      'tools.0.allowed_callers.0',
      'tools.0.allowed_callers.0: Input should be a valid string',
    ],
    [
      block(added({ type: 'bash_20250124', name: null })),
      'messages.0.content.0.tool.definition.name',
      'messages.0.content.0.tool.definition.name: Input should be a valid string',
    ],
    [
      block({ type: 'compaction', content: 'x', tool_changes: [added({ name: 'a' })] }),
      'messages.0.content.0.tool_changes.0.tool.definition.input_schema',
      'messages.0.content.0.tool_changes.0.tool.definition.input_schema: Field required',
    ],
  ])('refuses %j with a path', (body, path, message) => {
    const error = refusal(body);
    expect(error).toMatchObject({ code: 'invalid_request', message });
    expect(error.context.path).toBe(path);
  });

  it('lets block types pass that it does not know', () => {
    expect(() => parseMessagesRequest(block({ type: 'hologram', data: 1 }))).not.toThrow();
    expect(() => parseMessagesRequest(block({ type: 'constructor' }))).not.toThrow();
  });

  it('refuses a hundred thousand and one messages', () => {
    const messages = Array.from({ length: 100_001 }, () => ({ role: 'user', content: 'x' }));
    expect(refusal({ ...valid(), messages }).context.path).toBe('messages');
  });

  it('refuses JSON that nests too deeply, without overflowing the stack', () => {
    const deep = JSON.parse(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`) as unknown;
    expect(refusal(block({ type: 'tool_use', id: 'a', name: 'b', input: deep })).context.path).toBe(
      'messages.0.content.0.input',
    );
    expect(refusal({ ...valid(), tools: [{ name: 'a', input_schema: deep }] }).context.path).toBe(
      'tools.0.input_schema',
    );
    for (const type of ['json_schema', 'not_invented_yet']) {
      const output_format = { type, schema: deep };
      expect(refusal({ ...valid(), output_format }).context.path).toBe('output_format.schema');
    }
    expect(refusal({ ...valid(), tools: [{ type: 'web_search_20250305', max_uses: deep }] }).context.path).toBe(
      'tools.0',
    );
    expect(refusal(block(added({ name: 'a', input_schema: deep }))).context.path).toBe(
      'messages.0.content.0.tool.definition.input_schema',
    );
    expect(() => parseMessagesRequest({ ...valid(), unknown: deep })).not.toThrow();
  });

  it('refuses blocks within blocks without end', () => {
    let nested: unknown = { type: 'text', text: 'x' };
    for (let level = 0; level < 100_000; level++) nested = { type: 'tool_result', tool_use_id: 'a', content: [nested] };
    expect(refusal(block(nested)).message).toMatch(/^messages\.0\.content\.0\.content.*: Input is nested too deeply$/);
    const references = { type: 'tool_search_tool_result', tool_use_id: 'a', content: { tool_references: [nested] } };
    expect(refusal(block(references)).context.path).toBe('messages.0.content.0.content');
  });

  it('throws nothing but its own refusal, whatever the JSON', () => {
    const members = fc.constantFrom('type', 'role', 'content', 'source', 'text', 'input', 'messages', 'name', 'id');
    const nested = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 6 },
        fc.constantFrom(
          'text',
          'image',
          'tool_use',
          'tool_result',
          'document',
          'base64',
          'user',
          'custom',
          1,
          null,
          true,
        ),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(members, tie('node'), { maxKeys: 5 }),
      ),
    })).node;
    const body = fc.record(
      {
        model: fc.oneof(fc.constant('m'), nested),
        max_tokens: fc.oneof(fc.constant(1), nested),
        messages: fc.oneof(fc.array(fc.record({ role: fc.constantFrom('user', 'system'), content: nested })), nested),
        system: nested,
        tools: nested,
        tool_choice: nested,
        thinking: nested,
        output_config: nested,
        metadata: nested,
        stop_sequences: nested,
      },
      { requiredKeys: ['model', 'max_tokens', 'messages'] },
    );
    fc.assert(
      fc.property(fc.oneof(body, fc.jsonValue()), (json) => {
        try {
          parseMessagesRequest(json);
        } catch (error) {
          expect(error).toBeInstanceOf(GatewayError);
        }
      }),
    );
  });
});

describe('parseCountTokensRequest', () => {
  it('needs no max_tokens, but all the rest', () => {
    const { model, messages } = valid();
    expect(parseCountTokensRequest({ model, messages })).toEqual({ model, messages });
    expect(refusal({ model }, parseCountTokensRequest).message).toBe('messages: Field required');
  });
});
