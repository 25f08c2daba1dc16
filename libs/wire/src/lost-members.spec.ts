import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

import { parseChatRequest } from './chat/parse-request.js';
import { parseCompleteRequest } from './complete/parse-request.js';
import { parseCompletionsRequest } from './completions/parse-request.js';
import { parseResponsesRequest } from './responses/parse-request.js';
import type { Warning } from './warning.js';

const model = 'm';
const hi = { role: 'user', content: 'hi' };
const mark = { type: 'ephemeral' } as const;
const parameters = { type: 'object', properties: {} };

function told({ warnings }: { readonly warnings: readonly Warning[] }): string[] {
  return warnings.map(({ code, path }) => `${code} ${path}`);
}

const chat = (members: object) => parseChatRequest({ model, messages: [hi], ...members });
const completions = (members: object) => parseCompletionsRequest({ model, prompt: 'hi', ...members });
const responses = (members: object) => parseResponsesRequest({ model, input: [hi], ...members });

describe('members of a Chat request that nothing reads', () => {
  it('are named in messages and their tool calls', () => {
    const call = {
      id: 'c',
      type: 'function',
      index: 0,
      function: { name: 'f', arguments: '{}', foo: 1 },
      extra_content: { google: { thought_signature: 's' } },
    };
    const messages = [
      { ...hi, foo: 1 },
      { role: 'assistant', content: null, tool_calls: [call], prefix: true, annotations: [], reasoning_content: 'r' },
      { role: 'tool', tool_call_id: 'c', content: 'ok', is_error: true },
    ];
    expect(told(chat({ messages }))).toEqual([
      'unknown_field_dropped messages.0.foo',
      'unknown_field_dropped messages.1.prefix',
      'unknown_field_dropped messages.1.tool_calls.0.extra_content',
      'unknown_field_dropped messages.1.tool_calls.0.function.foo',
      'unknown_field_dropped messages.2.is_error',
    ]);
  });

  it('are named in parts of content', () => {
    const content = [
      { type: 'text', text: 'x', foo: 1, cache_control: mark },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=', detail: null, foo: 1 } },
      { type: 'file', file: { file_data: 'data:text/plain,x', filename: 'x', foo: 1 } },
    ];
    expect(told(chat({ messages: [{ role: 'user', content }] }))).toEqual([
      'unknown_field_dropped messages.0.content.0.foo',
      'unknown_field_dropped messages.0.content.1.image_url.foo',
      'unknown_field_dropped messages.0.content.2.file.foo',
    ]);
  });

  it('are named in options', () => {
    const tools = [{ type: 'function', function: { name: 'f', parameters } }];
    const tool_choice = { type: 'function', function: { name: 'f' }, foo: 1 };
    const place = { type: 'approximate', approximate: { city: 'Bern' }, foo: 1 };
    expect(
      told(
        chat({
          tools,
          tool_choice,
          stream_options: { include_usage: true, include_obfuscation: false, foo: 1 },
          web_search_options: { user_location: place },
        }),
      ),
    ).toEqual([
      'unknown_field_dropped web_search_options.user_location.foo',
      'unknown_field_dropped tool_choice.foo',
      'unknown_field_dropped stream_options.foo',
    ]);
  });
});

describe('members of a Completions request that nothing reads', () => {
  it('are named, in its options as well', () => {
    const stream_options = { include_usage: true, include_obfuscation: false, foo: 1 };
    expect(told(completions({ stream_options, foo: 1 }))).toEqual([
      'unknown_field_dropped foo',
      'unknown_field_dropped stream_options.foo',
    ]);
  });

  it('are refused where they are not of the kind that is read', () => {
    expect(() => completions({ stream_options: { include_usage: 'yes' } })).toThrow('stream_options.include_usage');
  });
});

describe('members of a Responses request that nothing reads', () => {
  it('are named in items and their parts, labels of stored answers aside', () => {
    const input = [
      { ...hi, id: 'msg_1', status: 'completed', foo: 1 },
      {
        type: 'message',
        role: 'assistant',
        phase: 'commentary',
        content: [{ type: 'output_text', text: 'x', annotations: [], logprobs: [], foo: 1 }],
      },
      { type: 'function_call', id: 'fc_1', call_id: 'c', name: 'f', arguments: '{}', status: 'completed', async: true },
      { type: 'function_call_output', call_id: 'c', output: [{ type: 'input_text', text: 'ok', foo: 1 }] },
      {
        role: 'user',
        content: [{ type: 'input_file', file_url: 'https://x/y.pdf', filename: 'y.pdf', detail: 'low' }],
      },
    ];
    const parsed = responses({ input, stream_options: { include_obfuscation: false, foo: 1 } });
    expect(told(parsed)).toEqual([
      'unknown_field_dropped input.0.foo',
      'unknown_field_dropped input.1.content.0.foo',
      'unknown_field_dropped input.2.async',
      'unknown_field_dropped input.3.output.0.foo',
      'image_detail_dropped input.4.content.0.detail',
      'unknown_field_dropped stream_options.foo',
    ]);
    expect(JSON.stringify(parsed.request.messages)).toContain('"title":"y.pdf"');
  });

  it('are none in what Codex sends', () => {
    const folder = join(import.meta.dirname, '../../testing/fixtures/recorded');
    const turns = readdirSync(folder).filter((name) => name.startsWith('codex-'));
    expect(turns).not.toEqual([]);
    for (const name of turns) {
      const body: unknown = JSON.parse(readFileSync(join(folder, name), 'utf8'));
      expect(told(parseResponsesRequest(body)).filter((line) => line.startsWith('unknown_field'))).toEqual([]);
    }
  });
});

describe('what OpenAI’s dialects say of one thing twice, or of nothing', () => {
  it('a user beside a safety identifier is lost, unless it is the same', () => {
    for (const parse of [chat, responses]) {
      expect(told(parse({ user: 'a', safety_identifier: 'b' }))).toEqual(['user_dropped user']);
      expect(told(parse({ user: 'a', safety_identifier: 'a' }))).toEqual([]);
      expect(parse({ user: 'a' }).request.metadata).toEqual({ user_id: 'a' });
    }
  });

  it('a forced call of no tool is refused', () => {
    for (const parse of [chat, responses]) {
      expect(() => parse({ tool_choice: 'required' })).toThrow('tool_choice: No tool is declared');
    }
  });

  it('no output but text can be asked for', () => {
    expect(told(chat({ modalities: ['text'] }))).toEqual([]);
    expect(() => chat({ modalities: ['text', 'image'] })).toThrow('modalities: Only text output is supported');
  });

  it('a mode of allowed tools is one of two', () => {
    const reference = { type: 'function', function: { name: 'f' } };
    const tools = [{ type: 'function', function: { name: 'f', parameters } }];
    const choice = (mode: unknown) => ({ type: 'allowed_tools', allowed_tools: { mode, tools: [reference] } });
    expect(() => chat({ tools, tool_choice: choice('any') })).toThrow(
      'tool_choice.allowed_tools.mode: Input should be',
    );
    expect(chat({ tools, tool_choice: choice(null) }).request.tool_choice).toEqual({ type: 'auto' });
    const flat = { type: 'allowed_tools', mode: 'any', tools: [{ type: 'function', name: 'f' }] };
    const declared = [{ type: 'function', name: 'f', parameters }];
    expect(() => responses({ tools: declared, tool_choice: flat })).toThrow('tool_choice.mode: Input should be');
  });

  it('members of stream_options are told of /v1/completions, too', () => {
    const stream_options = { include_usage: true, include_obfuscation: false, foo: 1 };
    expect(told(parseCompletionsRequest({ model, prompt: 'x', stream_options }))).toEqual([
      'unknown_field_dropped stream_options.foo',
    ]);
  });

  it('metadata of /v1/complete has one member', () => {
    const prompt = '\n\nHuman: hi\n\nAssistant:';
    const body = { model, prompt, max_tokens_to_sample: 9, metadata: { user_id: 'u', foo: 1 } };
    expect(told(parseCompleteRequest(body))).toEqual(['unknown_field_dropped metadata.foo']);
  });
});

describe('cache_control in OpenAI’s words', () => {
  it('of a Chat message counts for its last part', () => {
    const parts = [
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
    ];
    const { request, warnings } = chat({
      messages: [
        { role: 'system', content: 'long', cache_control: mark },
        { role: 'user', content: parts, cache_control: mark },
      ],
    });
    expect(warnings).toEqual([]);
    expect(request.system).toEqual([{ type: 'text', text: 'long', cache_control: mark }]);
    expect(request.messages).toEqual([{ role: 'user', content: [parts[0], { ...parts[1], cache_control: mark }] }]);
  });

  it('of a tool is kept, whatever its kind and wherever it stands', () => {
    const kept = [expect.objectContaining({ cache_control: mark }), expect.objectContaining({ cache_control: mark })];
    const inner = [
      { type: 'function', function: { name: 'f', parameters, cache_control: mark } },
      { type: 'custom', custom: { name: 'g' }, cache_control: mark },
    ];
    expect(chat({ tools: inner }).request.tools).toEqual(kept);
    const flat = [
      { type: 'function', name: 'f', parameters, cache_control: mark },
      { type: 'custom', name: 'g', prompt_cache_breakpoint: { mode: 'explicit' } },
    ];
    expect(responses({ tools: flat }).request.tools).toEqual(kept);
  });
});
