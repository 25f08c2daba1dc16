import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { GatewayError } from '../gateway-error.js';
import { hasDefaultEffort } from '../inbound/default-effort.js';
import { noOutputLimit } from '../inbound/output-limit.js';
import { parseMessagesRequest } from '../messages/parse-request.js';
import { sampleMessages } from '../messages/sample-messages.fixture.js';
import { sealReasoning } from '../openai/reasoning-envelope.js';
import { formatResponsesResponse } from './format-response.js';
import { parseResponsesRequest } from './parse-request.js';

function parse(members: Record<string, unknown>) {
  return parseResponsesRequest({ model: 'm', input: 'hi', ...members });
}

function codes(members: Record<string, unknown>): string[] {
  return parse(members).warnings.map((warning) => `${warning.code} ${warning.path}`);
}

function refusal(members: Record<string, unknown>): string | undefined {
  try {
    parse(members);
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'invalid_request') return error.context.path;
    throw error;
  }
  throw new Error('was accepted');
}

const outputOf = (id: string) => ({ type: 'function_call_output', call_id: id, output: id });
const result = (id: string) => ({ type: 'tool_result', tool_use_id: id, content: id });
const described = (description: string) => ({
  type: 'function',
  name: 'f',
  description,
  parameters: { type: 'object' },
});
const image = { type: 'input_image', image_url: 'https://example.org/a.png' };
const file = { type: 'input_file', file_data: 'data:text/plain,hello' };
const question = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hi' }] };

describe('the input of a Responses client', () => {
  it('is a question, or a conversation', () => {
    expect(parse({ instructions: 'Be brief.' }).request).toEqual({
      model: 'm',
      max_tokens: noOutputLimit,
      messages: [{ role: 'user', content: 'hi' }],
      system: [{ type: 'text', text: 'Be brief.' }],
    });
    const { request } = parse({
      input: [
        { role: 'developer', content: 'a' },
        question,
        { role: 'assistant', content: [{ type: 'output_text', text: 'b' }] },
        question,
      ],
    });
    expect(request).toMatchObject({
      system: [{ text: 'a' }],
      messages: [{ role: 'user' }, { role: 'assistant', content: [{ text: 'b' }] }, { role: 'user' }],
    });
  });

  it('gathers reasoning, words and calls of one answer, and the results of one turn', () => {
    const envelope = sealReasoning({ provider: 'azure-openai', model: 'gpt', item: { encrypted_content: 'e' } });
    const { request, warnings } = parse({
      input: [
        question,
        {
          type: 'reasoning',
          id: 'rs_1',
          summary: [{ type: 'summary_text', text: 'Hm.' }],
          encrypted_content: envelope,
          content: null,
        },
        { type: 'reasoning', id: 'rs_2', summary: [], encrypted_content: 'foreign' },
        { type: 'message', role: 'assistant', phase: 'commentary', content: [{ type: 'output_text', text: 'Wait.' }] },
        { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{"a":1}' },
        { type: 'custom_tool_call', call_id: 'c2', name: 'patch', input: 'x' },
        { type: 'function_call', call_id: 'c3', namespace: 'mcp', name: 'g', arguments: '' },
        { type: 'function_call_output', call_id: 'c2', output: 'done' },
        {
          type: 'custom_tool_call_output',
          call_id: 'c1',
          output: [{ type: 'input_image', image_url: 'data:image/png;base64,AA' }],
        },
        { type: 'function_call_output', call_id: 'c3', output: '' },
      ],
    });
    expect(warnings).toEqual([]);
    expect(request.messages.slice(1)).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Hm.', signature: envelope },
          { type: 'text', text: 'Wait.' },
          { type: 'tool_use', id: 'c1', name: 'f', input: { a: 1 } },
          { type: 'tool_use', id: 'c2', name: 'patch', input: { input: 'x' } },
          { type: 'tool_use', id: 'c3', name: 'mcp__g', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'c2', content: 'done' },
          {
            type: 'tool_result',
            tool_use_id: 'c1',
            content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA' } }],
          },
          { type: 'tool_result', tool_use_id: 'c3' },
        ],
      },
    ]);
  });

  it('may have the arguments of a call as an object', () => {
    const input = [question, { type: 'function_call', call_id: 'c1', name: 'f', arguments: { a: 1 } }, outputOf('c1')];
    expect(parse({ input }).request.messages[1]?.content).toEqual([
      { type: 'tool_use', id: 'c1', name: 'f', input: { a: 1 } },
    ]);
    expect(codes({ input })).toEqual([]);
  });

  it('is refused where the arguments of a call nest too deep to be written again', () => {
    const call = { type: 'function_call', call_id: 'c1', name: 'f' };
    const deep = `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
    expect(refusal({ input: [{ ...call, arguments: deep }] })).toBe('input.0.arguments');
    expect(refusal({ input: [{ ...call, arguments: JSON.parse(deep) }] })).toBe('input.0.arguments');
  });

  it.each([
    'thinking before text',
    'redacted thinking',
    'thinking that is not shown',
    'parallel tool calls behind text',
  ])('brings back %s as it was', (kind) => {
    const message = sampleMessages[kind];
    if (message === undefined) throw new Error(kind);
    const output = formatResponsesResponse(message, parse({}).echo).output;
    const { request } = parse({ input: [question, ...JSON.parse(JSON.stringify(output)), question] });
    const expected = message.content.map((block) => {
      if (block.type === 'text') return { type: 'text', text: block.text };
      if (block.type !== 'tool_use') return block;
      return { type: 'tool_use', id: block.id, name: block.name, input: block.input };
    });
    expect(request.messages[1]?.content).toEqual(expected);
  });

  it('gets a user turn when it ends with half an answer, as after a lost stream', () => {
    const input = [question, { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'It' }] }];
    expect(parse({ input }).request.messages.at(-1)).toEqual({ role: 'user', content: 'Continue.' });
    expect(codes({ input })).toEqual(['continuation_added messages']);
  });

  it('may hold results anywhere behind their calls, and they are told right behind them', () => {
    const { request } = parse({
      input: [
        question,
        ...['a', 'b'].map((id) => ({ type: 'function_call', call_id: id, name: 'f', arguments: '' })),
        { role: 'developer', content: 'Hurry.' },
        outputOf('b'),
        { role: 'user', content: 'Well?' },
        outputOf('a'),
        { role: 'user', content: 'At last.' },
      ],
    });
    expect(request.messages.slice(2)).toEqual([
      { role: 'user', content: [result('b'), result('a')] },
      { role: 'system', content: [{ type: 'text', text: 'Hurry.' }] },
      { role: 'user', content: 'Well?' },
      { role: 'user', content: 'At last.' },
    ]);
  });

  it('may hold items of hosted tools, which are dropped with a word', () => {
    expect(codes({ input: [question, { type: 'web_search_call', id: 'ws_1' }] })).toEqual(['item_dropped input.1']);
  });
});

describe('the settings of a Responses client', () => {
  it('are mapped, and repeated in the answer', () => {
    const { request, echo, warnings } = parse({
      max_output_tokens: 9,
      reasoning: { effort: 'xhigh', summary: 'auto' },
      text: { format: { type: 'json_schema', name: 'n', schema: { type: 'object' } } },
      include: ['reasoning.encrypted_content'],
      store: false,
      stream: true,
      client_metadata: { x: 1 },
      parallel_tool_calls: false,
      tools: [{ type: 'function', name: 'f', parameters: { type: 'object' }, strict: false }],
      tool_choice: { type: 'function', name: 'f' },
    });
    expect(warnings).toEqual([]);
    expect(request).toMatchObject({
      max_tokens: 9,
      stream: true,
      thinking: { type: 'adaptive', display: 'summarized' },
      output_config: { effort: 'xhigh', format: { type: 'json_schema', schema: { type: 'object' } } },
      tools: [{ name: 'f' }],
      tool_choice: { type: 'tool', name: 'f', disable_parallel_tool_use: true },
    });
    expect(echo.settings).toMatchObject({
      max_output_tokens: 9,
      store: false,
      reasoning: { effort: 'xhigh', summary: 'auto' },
    });
  });

  it('hide thinking from who asks for no summary', () => {
    expect(parse({ reasoning: { effort: 'low' } }).request.thinking).toEqual({ type: 'adaptive', display: 'omitted' });
    expect(parse({ reasoning: { effort: 'low', summary: 'auto' } }).request.thinking).toEqual({
      type: 'adaptive',
      display: 'summarized',
    });
    expect(parse({ reasoning: {} }).request.thinking).toBeUndefined();
  });

  it('leave the effort to the model where a summary is asked for and no effort', () => {
    const { request, warnings } = parse({ reasoning: { summary: 'auto' } });
    expect(request.thinking).toMatchObject({ type: 'adaptive', display: 'summarized' });
    expect(hasDefaultEffort(request.thinking)).toBe(true);
    expect(request.output_config).toBeUndefined();
    expect(warnings).toEqual([]);
    expect(hasDefaultEffort(parse({ reasoning: { effort: 'high', summary: 'auto' } }).request.thinking)).toBe(false);
  });

  it('declare a tool once that comes again, as it was last', () => {
    const { request, warnings } = parse({
      tools: [described('old'), { type: 'function', name: 'g' }],
      input: [question, { type: 'additional_tools', tools: [described('new')] }],
    });
    expect(request.tools).toMatchObject([{ name: 'f', description: 'new' }, { name: 'g' }]);
    expect(warnings).toEqual([]);
  });

  it.each([
    'tool_search',
    'local_shell',
    'shell',
    'apply_patch',
    'file_search',
    'code_interpreter',
    'computer_use_preview',
    'image_generation',
    'mcp',
    'a_tool_of_tomorrow',
  ])('drop the hosted tool %s with a word, wherever it is declared', (type) => {
    const tool = { type };
    expect(codes({ tools: [tool] })).toEqual(['tool_dropped tools.0']);
    expect(codes({ tools: [{ type: 'namespace', name: 'n', tools: [tool] }] })).toEqual([
      'tool_dropped tools.0.tools.0',
    ]);
    const input = [question, { type: 'additional_tools', tools: [tool] }];
    expect(codes({ input })).toEqual(['tool_dropped input.1.tools.0']);
  });

  it.each([
    [{ tools: [{ type: 'web_search', external_web_access: false }] }, ['tool_dropped tools.0']],
    [
      {
        tools: [
          {
            type: 'web_search',
            filters: { allowed_domains: ['a.org'], blocked_domains: ['b.org'] },
            user_location: { type: 'approximate', city: 'Bonn', street: 'Am Markt' },
            images: true,
          },
        ],
      },
      [
        'unknown_field_dropped tools.0.images',
        'unknown_field_dropped tools.0.filters.blocked_domains',
        'unknown_field_dropped tools.0.user_location.street',
      ],
    ],
    [
      { max_tool_calls: 2, truncation: 'auto' },
      ['max_tool_calls_dropped max_tool_calls', 'truncation_dropped truncation'],
    ],
    [{ text: { verbosity: 'low' } }, ['verbosity_dropped text.verbosity']],
    [
      { reasoning: { effort: 'low', mode: 'pro', context: null }, text: { tone: 'dry' } },
      ['unknown_field_dropped reasoning.mode', 'unknown_field_dropped text.tone'],
    ],
    [{ reasoning: { effort: 'low', summary: 'detailed' } }, ['summary_style_dropped reasoning.summary']],
    [{ include: ['message.output_text.logprobs'] }, ['include_dropped include.0']],
    [{ not_invented_yet: 1 }, ['unknown_field_dropped not_invented_yet']],
    [{ tools: [{ type: 'web_search' }], store: false, truncation: 'disabled' }, []],
  ])('are dropped with a word: %j', (members, expected) => {
    expect(codes(members)).toEqual(expected);
  });

  it.each([
    [{ model: '' }, 'model'],
    [{ input: undefined }, 'input'],
    [{ input: [] }, 'input'],
    [{ input: [4] }, 'input.0'],
    [{ input: [{ role: 'robot', content: 'x' }] }, 'input.0.role'],
    [{ input: [{ type: 'item_reference', id: 'x' }] }, 'input.0'],
    [{ input: [{ role: 'user', content: [{ type: 'input_image', file_id: 'f' }] }] }, 'input.0.content.0.file_id'],
    [{ input: [{ role: 'user', content: [{ type: 'input_audio' }] }] }, 'input.0.content.0.type'],
    [{ input: [{ type: 'function_call', name: 'f' }] }, 'input.0.call_id'],
    [{ previous_response_id: 'resp_1' }, 'previous_response_id'],
    [{ conversation: 'conv_1' }, 'conversation'],
    [{ tools: ['tool_search'] }, 'tools.0'],
    [{ tools: [{ type: 'namespace', name: 'n', tools: [4] }] }, 'tools.0.tools.0'],
    [{ background: true }, 'background'],
    [{ text: { format: { type: 'json_schema' } } }, 'text.format.schema'],
    [{ reasoning: { effort: 3 } }, 'reasoning.effort'],
    [{ reasoning: 'high' }, 'reasoning'],
    [{ text: 'json' }, 'text'],
    [{ text: { format: 'json_object' } }, 'text.format'],
    [{ instructions: [{ role: 'developer', content: 'Be brief.' }] }, 'instructions'],
    [{ input: [{ role: 'developer', content: [{ type: 'input_text', text: 'a' }, image] }] }, 'input.0.content.1.type'],
    [{ input: [{ role: 'system', content: [file] }] }, 'input.0.content.0.type'],
    [{ input: [{ role: 'user', content: [{ type: { toString: 1 } }] }] }, 'input.0.content.0.type'],
    [{ input: [{ type: 'function_call', call_id: 'c', name: 'f', arguments: 4 }] }, 'input.0.arguments'],
    [{ input: [{ type: 'custom_tool_call', call_id: 'c', name: 'f', input: { a: 1 } }] }, 'input.0.input'],
  ])('are refused with a path: %j', (members, path) => {
    expect(refusal(members)).toBe(path);
  });

  it.each(['metadata', 'prompt_cache_options', 'user', 'tool_choice'])(
    'are refused where %s nests too deep to be written again',
    (field) => {
      const deep = JSON.parse(`{"type":"custom","name":"f","a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`);
      expect(refusal({ [field]: deep })).toBe(field);
    },
  );

  it.each([
    ['default', 'default'],
    ['priority', 'auto'],
    ['flex', 'auto'],
    [undefined, 'auto'],
  ])('name the tier that is asked for, which is not always the client’s: %j', (tier, asked) => {
    expect(parse({ service_tier: tier }).echo.settings).toMatchObject({ service_tier: asked });
  });

  it('may be null, as if they were not set', () => {
    expect(parse({ instructions: null, reasoning: null, text: null }).request).toEqual(parse({}).request);
  });
});

describe('parseResponsesRequest', () => {
  const item = fc.record(
    {
      type: fc.constantFrom(
        'message',
        'function_call',
        'function_call_output',
        'reasoning',
        'custom_tool_call',
        'additional_tools',
      ),
      role: fc.constantFrom('user', 'assistant', 'developer'),
      content: fc.oneof(
        fc.string(),
        fc.array(
          fc.record({
            type: fc.constantFrom('input_text', 'output_text', 'input_file', 'input_image'),
            text: fc.string(),
            image_url: fc.string(),
          }),
        ),
        fc.jsonValue(),
      ),
      call_id: fc.oneof(fc.string(), fc.jsonValue()),
      name: fc.oneof(fc.string(), fc.jsonValue()),
      arguments: fc.oneof(fc.json(), fc.string(), fc.jsonValue()),
      output: fc.jsonValue(),
      summary: fc.jsonValue(),
      tools: fc.jsonValue(),
      encrypted_content: fc.oneof(
        fc.string().map((text) => `cpx1.${text}`),
        fc.jsonValue(),
      ),
    },
    { requiredKeys: ['type'] },
  );
  const option = fc.constantFrom(
    'tools',
    'tool_choice',
    'text',
    'reasoning',
    'include',
    'instructions',
    'metadata',
    'max_output_tokens',
  );
  const body = fc
    .tuple(fc.array(item, { maxLength: 5 }), fc.dictionary(option, fc.jsonValue()))
    .map(([input, options]) => ({ ...options, model: 'm', input }));

  it('throws nothing but a refusal, and makes nothing but canonical requests', () => {
    fc.assert(
      fc.property(fc.oneof(body, fc.jsonValue()), (json) => {
        let request: unknown;
        try {
          ({ request } = parseResponsesRequest(json));
        } catch (error) {
          expect(error).toBeInstanceOf(GatewayError);
          return;
        }
        expect(() => parseMessagesRequest(request)).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });
});
