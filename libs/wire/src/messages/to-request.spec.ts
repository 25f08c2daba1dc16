import { describe, expect, it } from '@jest/globals';
import { ofDefaultEffort } from '../inbound/default-effort.js';
import { ofMinimalEffort } from '../inbound/minimal-effort.js';
import { noOutputLimit } from '../inbound/output-limit.js';
import { sealReasoning } from '../openai/reasoning-envelope.js';
import type { UpstreamModel } from '../openai/upstream-model.js';
import { claudeCapabilities } from './claude-capabilities.js';
import { claudeModel } from './claude-model.js';
import type { MessagesRequest } from './messages.js';
import { toMessagesRequest } from './to-request.js';

const base: MessagesRequest = { model: 'asked-for', max_tokens: 100, messages: [{ role: 'user', content: 'hi' }] };

/** Without breakpoints of the gateway's own, which have tests of their own. */
function upstreamOf(model: string): UpstreamModel {
  return { provider: 'anthropic', model, capabilities: { ...claudeCapabilities(model), automaticCaching: false } };
}

function translated(members: object, model = 'claude-opus-5-5') {
  const { body, warnings, context } = toMessagesRequest({ ...base, ...members }, upstreamOf(model));
  return {
    body: body as MessagesRequest & Record<string, unknown>,
    warnings: warnings.map((warning) => warning.code),
    context,
  };
}

function systemSays(text: string) {
  return { role: 'system', content: [{ type: 'text', text }] };
}

function cached(text: string) {
  return { type: 'text', text, cache_control: { type: 'ephemeral' } };
}

describe('toMessagesRequest', () => {
  it('closes the objects of a schema, and leaves the values in it as they are', () => {
    const value = { type: 'object', x: 1 };
    const schema = {
      type: 'object',
      properties: {
        default: { type: 'object', properties: {} },
        a: { const: value, default: value, examples: [value], enum: [value] },
      },
    };
    const { body } = translated({ output_config: { format: { type: 'json_schema', schema } } });
    expect(body.output_config?.format?.schema).toEqual({
      ...schema,
      additionalProperties: false,
      properties: { ...schema.properties, default: { ...schema.properties.default, additionalProperties: false } },
    });
  });

  it('names the upstream model, and remembers the one that was asked for', () => {
    const { body, context, warnings } = translated({});
    expect(body).toEqual({ ...base, model: 'claude-opus-5-5' });
    expect(context).toMatchObject({
      model: 'asked-for',
      upstream: { provider: 'anthropic', model: 'claude-opus-5-5' },
    });
    expect(warnings).toEqual([]);
  });

  it('counts the breakpoints in tool results, and takes none from the request that it was given', () => {
    const calls = ['a', 'b', 'c', 'd', 'e', 'f'];
    const messages = [
      ...base.messages,
      { role: 'assistant', content: calls.map((id) => ({ type: 'tool_use', id, name: 'f', input: {} })) },
      {
        role: 'user',
        content: calls.map((id) => ({ type: 'tool_result', tool_use_id: id, content: [cached(id)] })),
      },
    ];
    const given = structuredClone(messages);
    const { body, warnings } = translated({ messages });
    expect(warnings).toEqual(['cache_control_dropped']);
    expect(messages).toEqual(given);
    const results = body.messages[2]?.content as { readonly content: readonly object[] }[];
    expect(results.map(({ content }) => 'cache_control' in (content[0] ?? {}))).toEqual([
      false,
      false,
      true,
      true,
      true,
      true,
    ]);
  });

  it('leaves the request that it was given as it was', () => {
    const request = {
      ...base,
      system: ['a', 'b', 'c'].map(cached),
      messages: [
        { role: 'user', content: ['d', 'e'].map(cached) },
        { role: 'system', content: 'x' },
      ],
    } as unknown as MessagesRequest;
    const before = structuredClone(request);
    const { body, warnings } = toMessagesRequest(request, upstreamOf('claude-haiku-4-5'));
    expect(request).toEqual(before);
    expect(warnings.map((warning) => warning.code)).toEqual(['cache_control_dropped']);
    expect(JSON.stringify(body).match(/cache_control/g)).toHaveLength(4);
    expect(body.system?.[0]).toEqual({ type: 'text', text: 'a' });
  });

  it.each([
    ['claude-opus-5-5', 128_000],
    ['claude-sonnet-4-5-20250929', 64_000],
    ['claude-opus-4-1', 32_000],
    ['claude-3-5-haiku-latest', 8192],
    ['something-new', 32_000],
  ])('asks %s for all it can write where the client names no limit', (model, maxTokens) => {
    expect(translated({ max_tokens: noOutputLimit }, model)).toMatchObject({
      body: { max_tokens: maxTokens },
      warnings: [],
    });
  });

  it('lowers a limit that the model would refuse', () => {
    expect(translated({ max_tokens: 100_000 }, 'claude-haiku-4-5')).toMatchObject({
      body: { max_tokens: 64_000 },
      warnings: ['max_tokens_clamped'],
    });
    expect(translated({ max_tokens: 100_000 }, 'something-new').body.max_tokens).toBe(100_000);
  });

  it('sends sampling only where the model takes it', () => {
    const sampling = { temperature: 1.4, top_k: 5 };
    expect(translated(sampling, 'claude-sonnet-4-6')).toMatchObject({
      body: { temperature: 1, top_k: 5 },
      warnings: ['temperature_clamped'],
    });
    const { body, warnings } = translated({ ...sampling, top_p: 0.5 });
    expect(Object.keys(body)).toEqual(['model', 'max_tokens', 'messages']);
    expect(warnings).toEqual(['temperature_dropped', 'top_p_dropped', 'top_k_dropped']);
    expect(translated({ temperature: 1, top_p: 1 }).warnings).toEqual([]);
    expect(translated({ temperature: 0.2, top_p: 0.5 }, 'claude-haiku-4-5').warnings).toEqual(['top_p_dropped']);
  });

  it('gives effort to models that adapt, and a budget to older ones', () => {
    const thinking = { thinking: { type: 'adaptive', display: 'summarized' }, output_config: { effort: 'xhigh' } };
    expect(translated(thinking).body).toMatchObject(thinking);
    expect(translated(thinking, 'claude-opus-4-6')).toMatchObject({
      body: { output_config: { effort: 'high' } },
      warnings: ['effort_clamped'],
    });
    const old = translated({ ...thinking, max_tokens: noOutputLimit }, 'claude-sonnet-4-5');
    expect(old.body.thinking).toEqual({ type: 'enabled', budget_tokens: 32_000 });
    expect(old.body.output_config).toBeUndefined();
    expect(translated({ ...thinking, max_tokens: 3000 }, 'claude-sonnet-4-5').body.thinking).toMatchObject({
      budget_tokens: 2999,
    });
    expect(translated({ ...thinking, max_tokens: 500 }, 'claude-sonnet-4-5')).toMatchObject({
      warnings: ['effort_clamped'],
    });
    expect(translated(thinking, 'claude-3-5-haiku-latest').body.thinking).toBeUndefined();
  });

  it('lowers nothing of an effort unsaid: minimal is low here', () => {
    const minimal = {
      thinking: ofMinimalEffort({ type: 'adaptive', display: 'summarized' }),
      output_config: { effort: 'low' },
      max_tokens: 9000,
    };
    const adaptive = translated(minimal);
    expect(adaptive.body.output_config).toEqual({ effort: 'low' });
    expect(adaptive.warnings).toEqual(['effort_clamped']);
    expect(translated(minimal, 'claude-sonnet-4-5')).toMatchObject({
      body: { thinking: { type: 'enabled', budget_tokens: 1024 } },
      warnings: ['effort_clamped'],
    });
    expect(translated({ ...minimal, max_tokens: 100 }, 'claude-3-5-haiku-latest').warnings).toEqual(['effort_clamped']);
  });

  it('leaves how much to think to the model where a summary was asked for and no effort', () => {
    const summary = { thinking: ofDefaultEffort({ type: 'adaptive', display: 'summarized' }), max_tokens: 9000 };
    const adaptive = translated(summary);
    expect(JSON.parse(JSON.stringify(adaptive.body))).toEqual({
      ...base,
      model: 'claude-opus-5-5',
      max_tokens: 9000,
      thinking: { type: 'adaptive', display: 'summarized' },
    });
    expect(adaptive.warnings).toEqual([]);
    const budgeted = translated(summary, 'claude-sonnet-4-5');
    expect(budgeted.body.thinking).toBeUndefined();
    expect(budgeted.warnings).toEqual(['reasoning_summary_dropped']);
  });

  it('lets a forced call win over a summary for which no effort was named', () => {
    const members = {
      thinking: ofDefaultEffort({ type: 'adaptive', display: 'summarized' }),
      tools: [{ name: 'f', input_schema: { type: 'object' } }],
      tool_choice: { type: 'tool', name: 'f' },
    };
    expect(translated(members)).toMatchObject({
      body: { tool_choice: { type: 'tool', name: 'f' }, thinking: { type: 'disabled' } },
      warnings: ['reasoning_summary_dropped'],
    });
  });

  it('says that thinking is off only to models that think by default', () => {
    expect(translated({ thinking: { type: 'disabled' } }).body.thinking).toEqual({ type: 'disabled' });
    expect(translated({ thinking: { type: 'disabled' } }, 'claude-opus-4-7').body.thinking).toBeUndefined();
  });

  it('does not let an old model think on behind a tool call whose thinking is gone', () => {
    const messages = [
      ...base.messages,
      { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'f', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't' }] },
    ];
    const members = { messages, max_tokens: 9000, thinking: { type: 'adaptive' }, output_config: { effort: 'low' } };
    expect(translated(members, 'claude-haiku-4-5')).toMatchObject({ warnings: ['thinking_suspended'] });
    expect(translated(members, 'claude-haiku-4-5').body.thinking).toBeUndefined();
    expect(translated(members).warnings).toEqual([]);
  });

  it('forces a call only where the model does not think', () => {
    const tools = {
      tools: [{ name: 'f', input_schema: { type: 'object' } }],
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
    };
    expect(translated(tools).body).toMatchObject({ tool_choice: { type: 'any' }, thinking: { type: 'disabled' } });
    const relaxed = {
      body: { tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
      warnings: ['tool_choice_relaxed'],
    };
    expect(translated({ ...tools, thinking: { type: 'adaptive' } })).toMatchObject(relaxed);
    expect(translated(tools, 'claude-fable-5')).toMatchObject(relaxed);
  });

  it('keeps stop sequences of white space, which Anthropic refuses, for the reader of the answer', () => {
    expect(translated({ stop_sequences: ['\n\n', 'END'] })).toMatchObject({
      body: { stop_sequences: ['END'] },
      warnings: [],
    });
    expect(translated({ stop_sequences: [' '] }).body.stop_sequences).toBeUndefined();
  });

  it('closes the objects of an output schema', () => {
    const schema = {
      type: 'object',
      properties: { a: { type: 'array', items: { type: 'object', additionalProperties: true } } },
    };
    expect(translated({ output_config: { format: { type: 'json_schema', schema } } }).body.output_config).toEqual({
      format: { type: 'json_schema', schema: { ...schema, additionalProperties: false } },
    });
  });

  it('never sends an envelope of ours, nor a message of which nothing is left', () => {
    const signature = sealReasoning({ provider: 'azure-openai', model: 'gpt', item: {} });
    const messages = [
      { role: 'user', content: 'a' },
      { role: 'assistant', content: [{ type: 'thinking', thinking: 'x', signature }] },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'y', signature: 'EqQB' },
          { type: 'text', text: '' },
        ],
      },
      { role: 'user', content: 'b' },
    ];
    expect(translated({ messages }).body.messages).toEqual([
      messages[0],
      { role: 'assistant', content: [{ type: 'thinking', thinking: 'y', signature: 'EqQB' }] },
      messages[3],
    ]);
  });

  it('sends ids of other vendors’ calls in a form that Anthropic accepts, the same for call and result', () => {
    const messages = [
      { role: 'user', content: 'a' },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: '\n' },
          { type: 'tool_use', id: 'functions.Bash:0', name: 'Bash', input: {} },
          { type: 'tool_use', id: 'toolu_1', name: 'Bash', input: {} },
        ],
      },
      {
        role: 'user',
        content: ['functions.Bash:0', 'toolu_1'].map((id) => ({ type: 'tool_result', tool_use_id: id })),
      },
    ];
    const id = expect.stringMatching(/^call_[0-9a-f]{32}$/);
    const { body } = translated({ messages });
    expect(body.messages.slice(1)).toEqual([
      { role: 'assistant', content: [expect.objectContaining({ id }), expect.objectContaining({ id: 'toolu_1' })] },
      {
        role: 'user',
        content: [expect.objectContaining({ tool_use_id: id }), { type: 'tool_result', tool_use_id: 'toolu_1' }],
      },
    ]);
    expect(body).toEqual(translated({ messages }).body);
  });

  it('has a place for each of very many messages', () => {
    const exchange = [base.messages[0], systemSays('x'), { role: 'assistant', content: 'y' }];
    const turns = Array.from({ length: 100_000 }, () => exchange).flat();
    expect(translated({ messages: turns }).body.messages).toHaveLength(turns.length);
  });

  it.each(['claude-opus-5-5', 'claude-haiku-4-5'])('joins very many system messages for %s', (model) => {
    const texts = Array.from({ length: 100_000 }, (_, index) => `${index}`);
    const messages = [base.messages[0], ...texts.map(systemSays)];
    const before = JSON.stringify(messages);
    const last = translated({ messages }, model).body.messages.at(-1)?.content as { readonly text: string }[];
    expect(last.slice(-texts.length).map(({ text }) => text.replaceAll(/\D/g, ''))).toEqual(texts);
    expect(JSON.stringify(messages) === before).toBe(true);
  });

  it('places system messages where the model takes them, and as reminders elsewhere', () => {
    const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't' }] };
    const messages = [
      { role: 'user', content: 'a' },
      { role: 'system', content: 'fits' },
      { role: 'assistant', content: [{ type: 'text', text: 'b' }] },
      { role: 'system', content: [{ type: 'text', text: 'after an answer' }] },
      result,
    ];
    const reminder = {
      role: 'user',
      content: [{ type: 'text', text: '<system-reminder>\nafter an answer\n</system-reminder>' }],
    };
    expect(translated({ messages }).body.messages).toEqual([...messages.slice(0, 3), reminder, result]);
    expect(translated({ messages }, 'claude-haiku-4-5').body.messages).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: '<system-reminder>\nfits\n</system-reminder>' },
        ],
      },
      messages[2],
      reminder,
      result,
    ]);
  });

  it('makes one of system messages that come together, and leaves out those of white space', () => {
    const messages = [...base.messages, systemSays('one'), systemSays('two')];
    expect(translated({ messages }).body.messages).toEqual([
      ...base.messages,
      {
        role: 'system',
        content: [
          { type: 'text', text: 'one' },
          { type: 'text', text: 'two' },
        ],
      },
    ]);
    const texts = [' ', 'Be brief.'].map((text) => ({ type: 'text', text }));
    expect(translated({ system: texts }).body.system).toEqual(texts.slice(1));
    expect(translated({ system: texts.slice(0, 1) }).body.system).toBeUndefined();
  });

  it('lets a user speak first', () => {
    const messages = [
      { role: 'assistant', content: 'Hello!' },
      { role: 'user', content: 'x' },
    ];
    expect(translated({ messages }).body.messages).toEqual([
      { role: 'user', content: '(The conversation goes on.)' },
      ...messages,
    ]);
  });
});

describe('claudeModel', () => {
  it.each([
    ['claude-3-opus-20240229', { maxOutput: 4096, thinking: 'none', sampling: true, midSystem: false }],
    ['claude-3-7-sonnet-latest', { maxOutput: 64_000, thinking: 'budget' }],
    ['claude-sonnet-4-20250514', { maxOutput: 64_000, thinking: 'budget', midSystem: false }],
    ['anthropic.claude-opus-4-6-v1', { maxOutput: 128_000, thinking: 'adaptive', sampling: true, xhighEffort: false }],
    ['claude-opus-4-8-20260528', { thinking: 'adaptive', sampling: false, midSystem: true, thinksByDefault: false }],
    ['claude-sonnet-5', { thinking: 'adaptive', midSystem: true, thinksByDefault: true, forcedToolChoice: true }],
    ['claude-mythos-preview', { thinking: 'adaptive', forcedToolChoice: false, maxOutput: undefined }],
    ['a-name-of-tomorrow', { thinking: 'adaptive', sampling: false, midSystem: true, maxOutput: undefined }],
  ])('knows %s', (name, expected) => {
    expect(claudeModel(name)).toMatchObject(expected);
  });
});
