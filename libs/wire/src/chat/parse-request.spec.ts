import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { GatewayError } from '../gateway-error.js';
import { ofMinimalEffort } from '../inbound/minimal-effort.js';
import { noOutputLimit } from '../inbound/output-limit.js';
import { parseMessagesRequest } from '../messages/parse-request.js';
import { sampleMessages } from '../messages/sample-messages.fixture.js';
import { formatChatResponse } from './format-response.js';
import { parseChatRequest } from './parse-request.js';
import { toResponsesRequest } from '../responses/to-request.js';
import { upstreamOf } from './test/chat-upstream.js';
import { toChatRequest } from './to-request.js';

const user = { role: 'user', content: 'hi' };

function parse(members: Record<string, unknown>) {
  return parseChatRequest({ model: 'm', messages: [user], ...members });
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

const call = (id: string, args: unknown) => ({ id, type: 'function', function: { name: 'f', arguments: args } });

const cached = (ttl?: string) => ({ cache_control: { type: 'ephemeral', ...(ttl && { ttl }) } });

describe('the messages of a Chat client', () => {
  it('keep their order, with the leading system texts taken out', () => {
    const { request, warnings } = parse({
      messages: [
        { role: 'system', content: 'a' },
        { role: 'developer', content: [{ type: 'text', text: 'b' }] },
        user,
        { role: 'system', content: 'later' },
        { role: 'assistant', content: 'hello' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'x' },
            { type: 'text', text: '' },
          ],
        },
      ],
    });
    expect(warnings).toEqual([]);
    expect(request.system).toEqual([
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
    ]);
    expect(request.messages).toEqual([
      user,
      { role: 'system', content: [{ type: 'text', text: 'later' }] },
      { role: 'assistant', content: [{ type: 'text', text: 'hello' }] },
      { role: 'user', content: 'x' },
    ]);
  });

  it('put all results of a turn and the words after them into one user message', () => {
    const { request } = parse({
      messages: [
        user,
        { role: 'assistant', content: null, tool_calls: [call('c1', '{"a":1}'), call('c2', '')] },
        { role: 'tool', tool_call_id: 'c2', content: '' },
        { role: 'tool', tool_call_id: 'c1', content: [{ type: 'text', text: 'one' }] },
        { role: 'user', content: 'go on' },
      ],
    });
    expect(request.messages.slice(1)).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'tool_use', id: 'c1', name: 'f', input: { a: 1 } },
          { type: 'tool_use', id: 'c2', name: 'f', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'c2' },
          { type: 'tool_result', tool_use_id: 'c1', content: 'one' },
          { type: 'text', text: 'go on' },
        ],
      },
    ]);
  });

  it('carry Anthropic’s own breakpoints, which some clients put into OpenAI’s words', () => {
    const { request, warnings } = parse({
      messages: [
        { role: 'system', content: [{ type: 'text', text: 'long', ...cached('1h') }] },
        { role: 'user', content: [{ type: 'text', text: 'hi', ...cached('5m') }] },
      ],
      tools: [
        { type: 'function', function: { name: 'f' }, ...cached() },
        { type: 'function', function: { name: 'g', ...cached() } },
        { type: 'function', function: { name: 'h' } },
      ],
    });
    expect(request.system).toEqual([{ type: 'text', text: 'long', ...cached('1h') }]);
    expect(request.messages[0]?.content).toEqual([{ type: 'text', text: 'hi', ...cached() }]);
    expect(request.tools).toMatchObject([{ name: 'f', ...cached() }, { name: 'g', ...cached() }, { name: 'h' }]);
    expect(request.tools?.[2]).not.toHaveProperty('cache_control');
    expect(warnings).toEqual([]);
  });

  it('carry images and files', () => {
    const content = [
      { type: 'image_url', image_url: { url: 'data:image/jpg;base64,AAAA' } },
      { type: 'image_url', image_url: { url: 'https://example.org/a.png', detail: 'low' } },
      { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,BBBB' } },
      {
        type: 'file',
        file: { file_data: 'data:text/plain;base64,aGk=' },
        prompt_cache_breakpoint: { mode: 'explicit' },
      },
    ];
    const { request, warnings } = parse({ messages: [{ role: 'user', content }] });
    expect(request.messages[0]?.content).toEqual([
      { type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: 'AAAA' } },
      { type: 'image', source: { type: 'url', url: 'https://example.org/a.png' } },
      { type: 'document', title: 'a.pdf', source: { type: 'base64', media_type: 'application/pdf', data: 'BBBB' } },
      {
        type: 'document',
        source: { type: 'text', media_type: 'text/plain', data: 'hi' },
        cache_control: { type: 'ephemeral' },
      },
    ]);
    expect(warnings).toEqual([{ code: 'image_detail_dropped', path: 'messages.0.content.1.image_url.detail' }]);
  });

  it('repair arguments that were cut off, and say so', () => {
    const messages = [
      user,
      { role: 'assistant', tool_calls: [call('c1', '{"a":"b')] },
      { role: 'tool', tool_call_id: 'c1', content: 'x' },
    ];
    expect(codes({ messages })).toEqual(['tool_input_repaired messages.1.tool_calls.0.function.arguments']);
    expect(parse({ messages }).request.messages[1]?.content).toMatchObject([{ input: { a: 'b' } }]);
  });

  it('may have the arguments of a call as an object, which is not repaired', () => {
    const calls = [call('c1', { a: { b: 1 } }), call('c2', null)];
    const messages = [user, { role: 'assistant', tool_calls: calls }, user];
    expect(codes({ messages })).toEqual([]);
    expect(parse({ messages }).request.messages[1]?.content).toMatchObject([{ input: { a: { b: 1 } } }, { input: {} }]);
  });

  it('are refused where a call nests too deep to be written again', () => {
    const deep = `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
    for (const args of [deep, JSON.parse(deep)]) {
      const path = 'messages.0.tool_calls.0.function.arguments';
      expect(refusal({ messages: [{ role: 'assistant', tool_calls: [call('c1', args)] }] })).toBe(path);
      const legacy = { role: 'assistant', function_call: { name: 'f', arguments: args } };
      expect(refusal({ messages: [legacy] })).toBe('messages.0.function_call.arguments');
    }
  });

  it('are refused where an answer was heard and not read, as it would vanish', () => {
    const heard = { role: 'assistant', content: null, audio: { id: 'audio_1' } };
    expect(refusal({ messages: [user, heard, user] })).toBe('messages.1.audio');
    const read = { role: 'assistant', content: 'x', audio: null };
    expect(parse({ messages: [user, read, user] }).request.messages).toHaveLength(3);
  });

  it('connect legacy function results with their calls', () => {
    const { request } = parse({
      functions: [{ name: 'f' }],
      messages: [
        user,
        { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
        { role: 'function', name: 'f', content: '1' },
      ],
    });
    expect(request.messages[2]?.content).toEqual([
      { type: 'tool_result', tool_use_id: 'call_messages_1', content: '1' },
    ]);
    expect(request.messages[1]?.content).toMatchObject([{ id: 'call_messages_1' }]);
  });

  it('become a user turn when they are system texts alone', () => {
    const { request } = parse({ messages: [{ role: 'system', content: 'Write a poem.' }] });
    expect(request.messages).toEqual([{ role: 'user', content: [{ type: 'text', text: 'Write a poem.' }] }]);
    expect(request.system).toBeUndefined();
  });

  it('get a user turn when an assistant has the last word', () => {
    const messages = [user, { role: 'assistant', content: 'It was' }];
    expect(parse({ messages }).request.messages.at(-1)).toEqual({ role: 'user', content: 'Continue.' });
    expect(codes({ messages })).toEqual(['continuation_added messages']);
  });

  it('bring thinking back, signature and all, and leave foreign reasoning out', () => {
    for (const kind of ['thinking before text', 'redacted thinking', 'thinking that is not shown']) {
      const message = sampleMessages[kind];
      if (message === undefined) throw new Error(kind);
      const { echo } = parse({});
      const answered = formatChatResponse(message, echo).choices[0]?.message;
      const { request } = parse({ messages: [user, JSON.parse(JSON.stringify(answered)), user] });
      expect(request.messages[1]?.content).toEqual(
        message.content.map((block) => (block.type === 'text' ? { type: 'text', text: block.text } : block)),
      );
    }
    const foreign = {
      role: 'assistant',
      content: 'x',
      reasoning_content: 'y',
      reasoning_details: [{ type: 'reasoning.text', signature: 'EqQB' }, 4],
    };
    expect(parse({ messages: [user, foreign, user] }).request.messages[1]?.content).toEqual([
      { type: 'text', text: 'x' },
    ]);
  });
});

describe('the options of a Chat client', () => {
  it('are mapped', () => {
    const { request, warnings, echo } = parse({
      max_tokens: 5,
      max_completion_tokens: 7,
      temperature: 1.5,
      top_p: 0.5,
      stop: ['END', ''],
      stream: true,
      stream_options: { include_usage: true },
      user: 'u1',
      service_tier: 'default',
      reasoning_effort: 'minimal',
      tools: [
        { type: 'function', function: { name: 'f', description: 'd', parameters: { properties: {} }, strict: true } },
      ],
      tool_choice: 'required',
      parallel_tool_calls: false,
      response_format: { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'object' } } },
    });
    expect(warnings).toEqual([]);
    expect(request).toEqual({
      model: 'm',
      max_tokens: 7,
      messages: [user],
      temperature: 1.5,
      top_p: 0.5,
      stop_sequences: ['END'],
      stream: true,
      metadata: { user_id: 'u1' },
      service_tier: 'standard_only',
      thinking: ofMinimalEffort({ type: 'adaptive', display: 'summarized' }),
      output_config: { effort: 'low', format: { type: 'json_schema', schema: { type: 'object' } } },
      tools: [{ name: 'f', description: 'd', input_schema: { type: 'object', properties: {} }, strict: true }],
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
    });
    expect(echo).toEqual({ model: 'm', includeUsage: true, customTools: [], legacyFunctions: false });
  });

  it('ask for one call at a time where the answer holds one, and warn only a client that asked for it itself', () => {
    const functions = [{ name: 'f' }];
    const { request, echo } = parse({ functions });
    expect(echo.legacyFunctions).toBe(true);
    expect(request.tool_choice).toMatchObject({ type: 'auto', disable_parallel_tool_use: true });
    const warned = (members: Record<string, unknown>) => {
      const translated = parse({ functions, ...members }).request;
      return [toChatRequest, toResponsesRequest].map((to) => {
        const { body, warnings } = to(translated, upstreamOf('o3'));
        expect(body).not.toHaveProperty('parallel_tool_calls');
        return warnings.length;
      });
    };
    expect(warned({})).toEqual([0, 0]);
    expect(warned({ parallel_tool_calls: false })).toEqual([1, 1]);
  });

  it('answer calls in the form of tools to who declares functions beside them', () => {
    const { request, echo } = parse({
      functions: [{ name: 'f' }],
      tools: [{ type: 'function', function: { name: 'g' } }],
    });
    expect(echo.legacyFunctions).toBe(false);
    expect(request.tool_choice).toBeUndefined();
  });

  it('leave the output unlimited where no limit is named', () => {
    expect(parse({}).request.max_tokens).toBe(noOutputLimit);
  });

  it('turn thinking off for an effort of none', () => {
    expect(parse({ reasoning_effort: 'none' }).request).toMatchObject({ thinking: { type: 'disabled' } });
  });

  it.each([
    [{ logprobs: true, top_logprobs: 3 }, ['logprobs_dropped logprobs', 'logprobs_dropped top_logprobs']],
    [{ seed: 1, presence_penalty: 0.5 }, ['seed_dropped seed', 'penalty_dropped presence_penalty']],
    [
      { verbosity: 'low', store: true, metadata: {} },
      ['verbosity_dropped verbosity', 'store_dropped store', 'metadata_dropped metadata'],
    ],
    [{ service_tier: 'flex' }, ['service_tier_dropped service_tier']],
    [{ response_format: { type: 'json_object' } }, ['json_object_emulated response_format']],
    [{ not_invented_yet: 1 }, ['unknown_field_dropped not_invented_yet']],
    [{ messages: [{ ...user, name: 'bob' }] }, ['name_dropped messages.0.name']],
    [{ logprobs: false, presence_penalty: 0, store: false, seed: null, n: 1, verbosity: 'medium' }, []],
  ])('are dropped with a word: %j', (members, expected) => {
    expect(codes(members)).toEqual(expected);
  });

  it.each([
    [{ model: undefined }, 'model'],
    [{ messages: undefined }, 'messages'],
    [{ messages: [] }, 'messages'],
    [{ messages: [{ role: 'robot', content: 'x' }] }, 'messages.0.role'],
    [{ messages: [{ role: 'user', content: [{ type: 'hologram' }] }] }, 'messages.0.content.0.type'],
    [{ messages: [{ role: 'user', content: [{ type: 'input_audio', input_audio: {} }] }] }, 'messages.0.content.0'],
    [
      { messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: 'file-1' } }] }] },
      'messages.0.content.0.file.file_id',
    ],
    [
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'file:///etc/passwd' } }] }] },
      'messages.0.content.0.image_url.url',
    ],
    [{ messages: [{ role: 'tool', content: 'x' }] }, 'messages.0.tool_call_id'],
    [{ messages: [{ role: 'user', content: [{ type: { toString: 1 } }] }] }, 'messages.0.content.0.type'],
    [{ messages: [{ role: 'system', content: [{ type: { toString: 1 } }] }] }, 'messages.0.content.0.type'],
    [{ messages: [{ role: 'function', name: { toString: 1 }, content: 'x' }] }, 'messages.0.name'],
    [{ messages: [{ role: 'assistant', tool_calls: [call('c', 4)] }] }, 'messages.0.tool_calls.0.function.arguments'],
    [
      { messages: [{ role: 'assistant', tool_calls: [{ id: 'c', custom: { name: 'f', input: { a: 1 } } }] }] },
      'messages.0.tool_calls.0.custom.input',
    ],
    [{ response_format: 'json_object' }, 'response_format'],
    [{ n: 2 }, 'n'],
    [{ modalities: ['text', 'audio'] }, 'modalities'],
    [{ audio: { voice: 'alloy', format: 'wav' } }, 'audio'],
    [{ max_tokens: 'many' }, 'max_tokens'],
    [{ temperature: 3 }, 'temperature'],
    [{ stop: [1] }, 'stop.0'],
    [{ reasoning_effort: 'huge' }, 'reasoning_effort'],
    [{ tools: [{ type: 'function' }] }, 'tools.0.type'],
    [{ tools: [{ type: 'function', function: {} }] }, 'tools.0.function.name'],
    [{ tools: [{ type: 'function', function: { name: 'f' } }], tool_choice: 'f' }, 'tool_choice'],
    [{ response_format: { type: 'json_schema' } }, 'response_format.schema'],
  ])('are refused with a path: %j', (members, path) => {
    expect(refusal(members)).toBe(path);
  });

  it('filter the tools by allowed_tools, and choose one by name', () => {
    const tools = ['a', 'b'].map((name) => ({ type: 'function', function: { name } }));
    const allowed = {
      type: 'allowed_tools',
      allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'b' } }] },
    };
    expect(parse({ tools, tool_choice: allowed }).request).toMatchObject({
      tools: [{ name: 'b' }],
      tool_choice: { type: 'any' },
    });
    const named = { type: 'function', function: { name: 'a' } };
    expect(parse({ tools, tool_choice: named }).request.tool_choice).toEqual({ type: 'tool', name: 'a' });
    expect(parse({ tool_choice: 'auto' }).request.tool_choice).toBeUndefined();
  });

  it('refuse allowed tools of which none is declared', () => {
    const tools = [{ type: 'function', function: { name: 'a' } }];
    const reference = { type: 'function', function: { name: 'b' } };
    const allowed = { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [reference] } };
    expect(refusal({ tools, tool_choice: allowed })).toBe('tool_choice.allowed_tools.tools');
    expect(refusal({ tools, tool_choice: reference })).toBe('tool_choice');
    expect(refusal({ functions: [{ name: 'a' }], function_call: { name: 'b' } })).toBe('function_call');
  });

  it('name the members of tools and of formats that are let go', () => {
    const definition = { name: 'a', defer_loading: true };
    expect(codes({ tools: [{ type: 'function', colour: 'red', function: definition }] })).toEqual([
      'unknown_field_dropped tools.0.colour',
      'tool_member_dropped tools.0.function.defer_loading',
    ]);
    const format = { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'object' }, taste: 'sweet' } };
    expect(codes({ response_format: { ...format, colour: 'red' } })).toEqual([
      'unknown_field_dropped response_format.colour',
      'unknown_field_dropped response_format.json_schema.taste',
    ]);
  });

  it('keep what a schema of answers is for, and that it is not to be enforced', () => {
    const schema = { type: 'object', properties: {}, required: [], additionalProperties: false };
    const format = (members: object) => ({ type: 'json_schema', json_schema: { name: 'n', schema, ...members } });
    const { request } = parse({ response_format: format({ description: 'Use metric units.' }) });
    expect(request.output_config?.format?.schema).toEqual({ ...schema, description: 'Use metric units.' });
    const own = { ...schema, description: 'The weather.' };
    const both = parse({ response_format: format({ description: 'Use metric units.', schema: own }) });
    expect(both.request.output_config?.format?.schema).toMatchObject({
      description: 'Use metric units.\n\nThe weather.',
    });
    for (const strict of [true, false]) {
      const parsed = parse({ response_format: format({ strict }) }).request;
      const { body, warnings } = toChatRequest(parsed, upstreamOf('gpt-4o'));
      expect(body.response_format).toMatchObject({ json_schema: { strict } });
      expect(warnings).toEqual([]);
    }
  });

  it('make a freeform tool a function of one string', () => {
    const custom = {
      name: 'patch',
      description: 'Patch.',
      format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'start: "x"' } },
    };
    const { request, warnings, echo } = parse({ tools: [{ type: 'custom', custom }] });
    expect(request.tools).toMatchObject([{ name: 'patch', input_schema: { required: ['input'] } }]);
    expect(JSON.stringify(request.tools)).toContain('start:');
    expect(warnings).toEqual([{ code: 'tool_format_described', path: 'tools.0.custom.format' }]);
    expect(echo.customTools).toEqual(['patch']);
  });

  it('ask for a web search', () => {
    const web = {
      user_location: { type: 'approximate', approximate: { city: 'Bonn', country: 'DE' } },
      search_context_size: 'high',
    };
    const { request, warnings } = parse({ web_search_options: web });
    expect(request.tools).toEqual([
      {
        type: 'web_search_20250305',
        name: 'web_search',
        user_location: { type: 'approximate', city: 'Bonn', country: 'DE' },
      },
    ]);
    expect(warnings).toEqual([{ code: 'search_context_size_dropped', path: 'web_search_options.search_context_size' }]);
  });

  it('are told which members of a web search nobody knows', () => {
    const place = { type: 'approximate', approximate: { city: 'Bonn', street: 'Am Markt' } };
    const { warnings } = parse({ web_search_options: { user_location: place, images: true } });
    expect(warnings).toEqual([
      { code: 'unknown_field_dropped', path: 'web_search_options.images' },
      { code: 'unknown_field_dropped', path: 'web_search_options.user_location.approximate.street' },
    ]);
  });
});

describe('parseChatRequest', () => {
  const anyPart = fc.oneof(
    fc.record({ type: fc.constant('text'), text: fc.string() }),
    fc.record({
      type: fc.constantFrom('image_url', 'file', 'refusal', 'x'),
      image_url: fc.jsonValue(),
      file: fc.jsonValue(),
    }),
    fc.jsonValue(),
  );
  const anyMessage = fc.record(
    {
      role: fc.constantFrom('system', 'user', 'assistant', 'tool', 'function', 'developer'),
      content: fc.oneof(fc.string(), fc.array(anyPart, { maxLength: 3 }), fc.jsonValue()),
      tool_calls: fc.oneof(
        fc.array(fc.record({ id: fc.string(), function: fc.record({ name: fc.string(), arguments: fc.string() }) }), {
          maxLength: 2,
        }),
        fc.jsonValue(),
      ),
      tool_call_id: fc.oneof(fc.string(), fc.jsonValue()),
      reasoning_details: fc.jsonValue(),
    },
    { requiredKeys: ['role'] },
  );
  const anyOption = fc.constantFrom(
    'tools',
    'tool_choice',
    'stop',
    'response_format',
    'reasoning_effort',
    'temperature',
    'functions',
    'web_search_options',
    'stream_options',
    'max_tokens',
  );
  const anyBody = fc
    .tuple(fc.array(anyMessage, { maxLength: 5 }), fc.dictionary(anyOption, fc.jsonValue()))
    .map(([messages, options]) => ({ ...options, model: 'm', messages }));

  it('throws nothing but a refusal, and makes nothing but canonical requests', () => {
    fc.assert(
      fc.property(fc.oneof(anyBody, fc.jsonValue()), (body) => {
        let request: unknown;
        try {
          ({ request } = parseChatRequest(body));
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
