import { describe, expect, it } from '@jest/globals';

import type { MessagesRequest } from '../messages/messages.js';
import { sealReasoning } from '../openai/reasoning-envelope.js';
import type { ModelCapabilities } from '../openai/upstream-model.js';
import { toResponsesRequest } from '../responses/to-request.js';
import { toChatRequest } from './to-request.js';
import { upstreamOf } from './test/chat-upstream.js';

type Messages = MessagesRequest['messages'];

function sent(
  messages: Messages,
  {
    model = 'gpt-4.1',
    changes = {},
    ...request
  }: { model?: string; changes?: Partial<ModelCapabilities> } & Partial<MessagesRequest> = {},
) {
  const { body, warnings } = toChatRequest(
    { ...request, model: 'm', max_tokens: 10, messages },
    upstreamOf(model, changes),
  );
  return { messages: body.messages, codes: warnings.map(({ code, path }) => `${code} ${path}`) };
}

const image = {
  type: 'image' as const,
  source: { type: 'base64' as const, media_type: 'image/png' as const, data: 'AAAA' },
};
const pdf = {
  type: 'document' as const,
  title: 'a.pdf',
  source: { type: 'base64' as const, media_type: 'application/pdf' as const, data: 'JVBE' },
};
const use = (id: string, name = 'Bash') => ({ type: 'tool_use' as const, id, name, input: { x: 1 } });
const result = (id: string, content: string) => ({ type: 'tool_result' as const, tool_use_id: id, content });
const called = (id: string, name = 'Bash') => ({ id, type: 'function', function: { name, arguments: '{"x":1}' } });

describe('the system prompt towards Chat', () => {
  it('loses the attribution line and keeps its blocks', () => {
    const system = [
      { type: 'text' as const, text: 'x-anthropic-billing-header: cc_version=2.1; cc_entrypoint=cli;' },
      { type: 'text' as const, text: 'You are Claude Code.' },
      { type: 'text' as const, text: 'Be brief.' },
    ];
    expect(sent([{ role: 'user', content: 'hi' }], { system }).messages[0]).toEqual({
      role: 'system',
      content: [
        { type: 'text', text: 'You are Claude Code.' },
        { type: 'text', text: 'Be brief.' },
      ],
    });
    expect(sent([{ role: 'user', content: 'hi' }], { system, model: 'gpt-5' }).messages[0]?.role).toBe('developer');
  });

  it('is not there when nothing of it is left', () => {
    const system = 'x-anthropic-billing-header: cc_version=2.1;';
    expect(sent([{ role: 'user', content: 'hi' }], { system }).messages).toEqual([{ role: 'user', content: 'hi' }]);
  });
});

describe('content that would vanish', () => {
  const asked = { role: 'user' as const, content: 'hi' };
  const unknown = { type: 'brand_new_block', tool_use_id: 's1', text: 'IMPORTANT' };

  it.each([
    ['messages.1.content.0', [asked, { role: 'assistant', content: [unknown] }, asked]],
    ['messages.1.content.1', [asked, { role: 'system', content: [{ type: 'text', text: 'a' }, unknown] }]],
    ['messages.1.content', [asked, { role: 'system', content: [image] }]],
  ])('is refused at %s, on both upstreams', (path, messages) => {
    const refusal = expect.objectContaining({ code: 'invalid_request', context: expect.objectContaining({ path }) });
    const request = { model: 'm', max_tokens: 10, messages: messages as Messages };
    expect(() => toChatRequest(request, upstreamOf('gpt-4.1'))).toThrow(refusal);
    expect(() => toResponsesRequest(request, upstreamOf('gpt-5.6'))).toThrow(refusal);
  });

  it('is told where it is the result of a program that waited for a tool, on both upstreams', () => {
    const late = { type: 'code_execution_tool_result', tool_use_id: 's1', content: { stdout: 'four' } };
    const messages = [asked, { role: 'assistant', content: [late, { type: 'text', text: 'So.' }] }, asked] as Messages;
    const request = { model: 'm', max_tokens: 100, messages };
    const warnings = [{ code: 'server_tool_history_summarised', path: 'messages.1.content.0' }];
    for (const translated of [
      toChatRequest(request, upstreamOf('gpt-4.1')),
      toResponsesRequest(request, upstreamOf('gpt-5.6')),
    ]) {
      expect(JSON.stringify(translated.body)).toContain('[code_execution: four]');
      expect(translated.warnings).toEqual(warnings);
    }
  });
});

describe('a failed tool call', () => {
  it('says so although it returned nothing', () => {
    const failed = { type: 'tool_result' as const, tool_use_id: 'a', is_error: true };
    const { messages } = sent([
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: [use('a')] },
      { role: 'user', content: [failed] },
    ]);
    expect(messages.at(-1)).toEqual({ role: 'tool', tool_call_id: 'a', content: 'Error: ' });
  });
});

describe('system messages within the conversation', () => {
  const messages: Messages = [
    { role: 'user', content: 'hi' },
    { role: 'system', content: [{ type: 'text', text: 'Environment.' }] },
  ];

  it('stand at their place', () => {
    expect(sent(messages).messages).toEqual([
      { role: 'user', content: 'hi' },
      { role: 'system', content: 'Environment.' },
    ]);
  });

  it('read the same as a string, so that prompt caches hold', () => {
    const asString: Messages = [...messages.slice(0, 1), { role: 'system', content: 'Environment.' }];
    expect(sent(asString).messages).toEqual(sent(messages).messages);
  });

  it('are reminders, however many there are', () => {
    const later = Array.from({ length: 100_000 }, () => ({ role: 'system' as const, content: 'x' }));
    const told = sent([{ role: 'user', content: 'hi' }, ...later], { model: 'qwen3-coder' }).messages;
    expect(told).toHaveLength(1);
    expect(told[0]?.content).toHaveLength(1 + later.length);
  });

  it('are reminders in the user message where templates refuse them', () => {
    expect(sent(messages, { model: 'qwen3' }).messages).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'hi' },
          { type: 'text', text: '<system-reminder>\nEnvironment.\n</system-reminder>' },
        ],
      },
    ]);
  });

  it('are gone once a later user message exists, if they are to be', () => {
    const cleared: Messages = [
      { role: 'user', content: 'a' },
      { role: 'system', content: 'Only now.', clear_at: 'next_user_message' },
    ];
    expect(sent(cleared).messages).toHaveLength(2);
    expect(sent([...cleared, { role: 'assistant', content: 'b' }, { role: 'user', content: 'c' }]).messages).toEqual([
      { role: 'user', content: 'a' },
      { role: 'assistant', content: 'b' },
      { role: 'user', content: 'c' },
    ]);
  });

  it('never stand between a call and its result', () => {
    const between: Messages = [
      { role: 'user', content: 'a' },
      { role: 'assistant', content: [use('t1')] },
      { role: 'system', content: 'Note.' },
      { role: 'user', content: [result('t1', 'ok')] },
    ];
    expect(sent(between).messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'system']);
  });
});

describe('tool results towards Chat', () => {
  it('come right after the calls, in any order, before whatever else the user says', () => {
    const messages: Messages = [
      { role: 'user', content: 'go' },
      { role: 'assistant', content: [{ type: 'text', text: 'Two calls.' }, use('t1'), use('t2', 'Read')] },
      { role: 'user', content: [{ type: 'text', text: 'By the way' }, result('t2', 'two'), result('t1', 'one')] },
    ];
    expect(sent(messages).messages).toEqual([
      { role: 'user', content: 'go' },
      { role: 'assistant', content: 'Two calls.', tool_calls: [called('t1'), called('t2', 'Read')] },
      { role: 'tool', tool_call_id: 't2', content: 'two' },
      { role: 'tool', tool_call_id: 't1', content: 'one' },
      { role: 'user', content: 'By the way' },
    ]);
  });

  it('and what came with them stays in their turn', () => {
    const messages: Messages = [
      { role: 'user', content: 'go' },
      { role: 'assistant', content: [use('t1')] },
      { role: 'user', content: [result('t1', 'one'), { type: 'text', text: 'thanks' }] },
      { role: 'assistant', content: 'done' },
      { role: 'user', content: 'bye' },
    ];
    expect(sent(messages).messages.slice(2)).toEqual([
      { role: 'tool', tool_call_id: 't1', content: 'one' },
      { role: 'user', content: 'thanks' },
      { role: 'assistant', content: 'done' },
      { role: 'user', content: 'bye' },
    ]);
  });

  it('also when calls and results are spread over several messages of a turn', () => {
    const messages: Messages = [
      { role: 'user', content: 'go' },
      { role: 'assistant', content: [use('t1')] },
      { role: 'assistant', content: [use('t2')] },
      { role: 'user', content: [result('t1', 'one'), { type: 'text', text: 'first' }] },
      { role: 'user', content: [result('t2', 'two')] },
    ];
    expect(sent(messages).messages).toEqual([
      { role: 'user', content: 'go' },
      { role: 'assistant', content: null, tool_calls: [called('t1'), called('t2')] },
      { role: 'tool', tool_call_id: 't1', content: 'one' },
      { role: 'tool', tool_call_id: 't2', content: 'two' },
      { role: 'user', content: 'first' },
    ]);
  });

  it('keep images and documents, which follow after all results', () => {
    const messages: Messages = [
      { role: 'user', content: 'go' },
      { role: 'assistant', content: [use('t1'), use('t2')] },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 't1', content: [{ type: 'text', text: 'shot' }, image, pdf] },
          result('t2', 'two'),
          { type: 'text', text: 'look' },
        ],
      },
    ];
    expect(sent(messages).messages.slice(2)).toEqual([
      {
        role: 'tool',
        tool_call_id: 't1',
        content: 'shot\n[image 1 of tool result t1 follows]\n[document 1 of tool result t1 follows]',
      },
      { role: 'tool', tool_call_id: 't2', content: 'two' },
      {
        role: 'user',
        content: [
          { type: 'text', text: '[image 1 of tool result t1]' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
          { type: 'text', text: '[document 1 of tool result t1]' },
          { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBE' } },
          { type: 'text', text: 'look' },
        ],
      },
    ]);
  });

  it.each([
    [{ content: '' }, ''],
    [{}, ''],
    [{ content: 'no such file', is_error: true }, 'Error: no such file'],
    [{ content: 'Error: no such file', is_error: true }, 'Error: no such file'],
    [{ content: '<tool_use_error>no</tool_use_error>', is_error: true }, '<tool_use_error>no</tool_use_error>'],
    [{ content: [{ type: 'tool_reference', tool_name: 'WebFetch' }] }, 'Tool WebFetch is now available.'],
  ])('of %j say %j', (fields, content) => {
    const messages = [
      { role: 'user', content: 'go' },
      { role: 'assistant', content: [use('t1')] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', ...fields }] },
    ] as Messages;
    expect(sent(messages).messages[2]).toEqual({ role: 'tool', tool_call_id: 't1', content });
  });

  it('have ids that OpenAI accepts, the same for call and result', () => {
    const id = 'call:with/odd characters'.repeat(4);
    const { messages } = sent([
      { role: 'user', content: 'go' },
      { role: 'assistant', content: [use(id)] },
      { role: 'user', content: [result(id, 'x')] },
    ]);
    expect(messages).toMatchObject([
      {},
      { tool_calls: [{ id: expect.stringMatching(/^call_[0-9a-f]{32}$/) }] },
      { role: 'tool' },
    ]);
    const [, assistant, tool] = messages;
    expect(tool?.role === 'tool' && tool.tool_call_id).toBe(
      assistant?.role === 'assistant' && assistant.tool_calls?.[0]?.id,
    );
  });
});

function own(provider: string, summary?: string[]): string {
  return sealReasoning({ provider, model: 'deepseek-reasoner', item: summary ? { summary } : {} });
}

function thinking(signature: string, text: string) {
  return { type: 'thinking' as const, thinking: text, signature };
}

describe('assistant messages towards Chat', () => {
  it('lose thinking of other models, and the whole message when it holds nothing else', () => {
    const { messages, codes } = sent([
      { role: 'user', content: 'a' },
      { role: 'assistant', content: [{ type: 'thinking', thinking: 'hm', signature: 'ErcBCkgIB' }] },
      { role: 'user', content: 'b' },
      {
        role: 'assistant',
        content: [
          { type: 'redacted_thinking', data: 'x' },
          { type: 'text', text: 'c' },
        ],
      },
      { role: 'user', content: 'd' },
    ]);
    expect(messages.map(({ content }) => content)).toEqual(['a', 'b', 'c', 'd']);
    expect(codes).toEqual([]);
  });

  it('give a compatible reasoning server back what it thought itself', () => {
    const { messages } = sent(
      [
        { role: 'user', content: 'a' },
        {
          role: 'assistant',
          content: [
            thinking(own('openai'), 'shown'),
            thinking(own('openai', ['omitted']), ''),
            thinking(own('other'), 'foreign'),
            use('t1'),
          ],
        },
        { role: 'user', content: [result('t1', 'x')] },
      ],
      { model: 'deepseek-reasoner[1m]' },
    );
    expect(messages[1]).toMatchObject({ reasoning_content: 'shownomitted' });
  });

  it('say in a line what Anthropic’s own tools did', () => {
    const { messages, codes } = sent([
      { role: 'user', content: 'a' },
      {
        role: 'assistant',
        content: [
          { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'q' } },
          {
            type: 'web_search_tool_result',
            tool_use_id: 'srvtoolu_1',
            content: [{ type: 'web_search_result', title: 'T', url: 'https://t', encrypted_content: 'secret' }],
          },
          { type: 'text', text: 'Found.' },
        ],
      },
      { role: 'user', content: 'b' },
    ]);
    expect(messages[1]?.content).toEqual([
      { type: 'text', text: '[web_search {"query":"q"}: T — https://t]' },
      { type: 'text', text: 'Found.' },
    ]);
    expect(codes).toEqual(['server_tool_history_summarised messages.1.content.0']);
  });
});

describe('user content towards Chat', () => {
  it('keeps what is said of a PDF beside its name', () => {
    const source = { type: 'base64' as const, media_type: 'application/pdf' as const, data: 'JVBE' };
    const { messages } = sent([
      { role: 'user', content: [{ type: 'document', title: 'a.pdf', context: 'from Bob', source }] },
    ]);
    expect(messages[0]?.content).toEqual([
      { type: 'text', text: '<document title="a.pdf" context="from Bob">' },
      { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBE' } },
      { type: 'text', text: '</document>' },
    ]);
  });

  it('keeps documents and search results as marked text', () => {
    const { messages, codes } = sent([
      {
        role: 'user',
        content: [
          {
            type: 'document',
            title: 'a "b"',
            context: 'c',
            source: { type: 'text', media_type: 'text/plain', data: 'D' },
            citations: { enabled: true },
          },
          { type: 'search_result', source: 's', title: 't', content: [{ type: 'text', text: 'R' }] },
          { ...image, transformations: { oversized_image: 'downsize' } },
        ],
      },
    ]);
    expect(messages[0]?.content).toEqual([
      { type: 'text', text: '<document title="a &quot;b&quot;" context="c">\nD\n</document>' },
      { type: 'text', text: '<search_result source="s" title="t">\nR\n</search_result>' },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
    ]);
    expect(codes).toEqual([
      'citations_dropped messages.0.content.0.citations',
      'image_transformations_dropped messages.0.content.2.transformations',
    ]);
  });

  it('has the last four cache breakpoints where the model knows them, and none elsewhere', () => {
    const marked = Array.from({ length: 6 }, (_, index) => ({
      type: 'text' as const,
      text: `t${index}`,
      cache_control: { type: 'ephemeral' as const },
    }));
    const breakpoints = (model: string) =>
      JSON.stringify(sent([{ role: 'user', content: marked }], { model }).messages).match(
        /"text":"t\d","prompt_cache/g,
      );
    expect(breakpoints('gpt-5.6')).toEqual(['t2', 't3', 't4', 't5'].map((text) => `"text":"${text}","prompt_cache`));
    expect(breakpoints('gpt-4.1')).toBeNull();
  });

  it('is marked at its end by the automatic cache_control', () => {
    const { messages } = sent([{ role: 'user', content: 'hi' }], {
      model: 'gpt-5.6',
      cache_control: { type: 'ephemeral' },
    });
    expect(messages).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'hi', prompt_cache_breakpoint: { mode: 'explicit' } }] },
    ]);
  });
});
