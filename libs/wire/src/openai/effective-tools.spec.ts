import { describe, expect, it } from '@jest/globals';

import { dispensable } from '../inbound/dispensable.js';
import type { MessagesRequest } from '../messages/messages.js';
import { effectiveTools } from './effective-tools.js';

const tool = (name: string, more: Record<string, unknown> = {}) => ({
  name,
  input_schema: { type: 'object', properties: {} },
  ...more,
});
const deferred = (name: string) => tool(name, { defer_loading: true });

function effective(
  request: Record<string, unknown>,
  webSearchTool = true,
  onUnsupportedServerTool: 'refuse' | 'drop' = 'refuse',
) {
  const { tools, warnings } = effectiveTools(
    {
      model: 'm',
      max_tokens: 1,
      messages: [{ role: 'user', content: 'hi' }],
      ...request,
    } as unknown as MessagesRequest,
    { webSearchTool, onUnsupportedServerTool },
  );
  return { names: tools.map(({ name }) => name), tools, codes: warnings.map(({ code, path }) => `${code} ${path}`) };
}

const reference = (name: string) => ({ type: 'tool_reference', name });

const system = (...content: unknown[]) => [
  { role: 'user', content: 'hi' },
  { role: 'system', content },
];

describe('the tools that a model sees', () => {
  it('may be none where one was to be called, and then the client is told', () => {
    const tool_choice = { type: 'any' };
    expect(effective({ tool_choice })).toMatchObject({ names: [], codes: ['tool_choice_relaxed tool_choice'] });
    expect(effective({ tools: [deferred('f')], tool_choice }).codes).toEqual(['tool_choice_relaxed tool_choice']);
    expect(effective({ tools: [tool('f')], tool_choice }).codes).toEqual([]);
    expect(effective({ tool_choice: { type: 'auto' } }).codes).toEqual([]);
  });

  it('may hold a search, which nothing can make strict', () => {
    const search = { type: 'web_search_20250305', name: 'web_search', strict: true };
    expect(effective({ tools: [search] }).codes).toEqual(['strict_dropped tools.0.strict']);
  });

  it('leave out a search that Codex declares by habit where the model cannot search, unless it is forced', () => {
    const search = { type: 'web_search_20250305', name: 'web_search' };
    const tools = [tool('f'), dispensable(search)];
    expect(effective({ tools }, false)).toMatchObject({ names: ['f'], codes: ['tool_dropped tools.1'] });
    expect(effective({ tools }, true)).toMatchObject({ names: ['f', 'web_search'], codes: [] });
    expect(effective({ tools: [tool('f'), search] }, false)).toMatchObject({ names: ['f', 'web_search'] });
    const choice = { type: 'tool', name: 'web_search' };
    expect(effective({ tools, tool_choice: choice }, false)).toMatchObject({ names: ['f', 'web_search'] });
  });

  it.each([
    { type: 'web_search_20250305', name: 'web_search' },
    { type: 'web_fetch_20250910', name: 'web_fetch' },
    { type: 'code_execution_20250825', name: 'code_execution' },
    { type: 'computer_20251124', name: 'computer' },
    { type: 'mcp_toolset', mcp_server_name: 'server' },
  ])('leave out $type where the operator drops what nobody could run, with a warning', (server) => {
    const tools = [tool('f'), server, { type: 'bash_20250124', name: 'bash' }];
    expect(effective({ tools }, false, 'drop')).toMatchObject({
      names: ['f', 'bash'],
      codes: ['tool_dropped tools.1'],
    });
    const forced = { tools, tool_choice: { type: 'tool', name: server.name } };
    if (server.name !== undefined && server.name !== 'web_search') {
      expect(() => effective(forced, false, 'drop')).toThrow(expect.objectContaining({ code: 'invalid_request' }));
    }
  });

  it('keep a search that the model has, whatever the operator drops', () => {
    const tools = [{ type: 'web_search_20250305', name: 'web_search' }];
    expect(effective({ tools }, true, 'drop')).toMatchObject({ names: ['web_search'], codes: [] });
  });

  it('leave out what is deferred, Claude Code’s placeholder above all', () => {
    expect(effective({ tools: [tool('Bash'), deferred('DeferredToolPlaceholder')] })).toMatchObject({
      names: ['Bash'],
      codes: [],
    });
  });

  it('include a deferred one as soon as a tool result refers to it', () => {
    const found = {
      type: 'tool_result',
      tool_use_id: 't',
      content: [{ type: 'tool_reference', tool_name: 'WebFetch' }],
    };
    const messages = [{ role: 'user', content: [found] }];
    expect(effective({ tools: [deferred('WebFetch'), deferred('Other')], messages }).names).toEqual(['WebFetch']);
  });

  it('include a deferred one that Anthropic’s own search found, or that is forced', () => {
    const found = {
      type: 'tool_search_tool_result',
      tool_use_id: 's',
      content: {
        type: 'tool_search_tool_search_result',
        tool_references: [{ type: 'tool_reference', tool_name: 'A' }],
      },
    };
    expect(
      effective({ tools: [deferred('A'), deferred('B')], messages: [{ role: 'assistant', content: [found] }] }).names,
    ).toEqual(['A']);
    expect(
      effective({ tools: [deferred('A'), deferred('B')], tool_choice: { type: 'tool', name: 'B' } }).names,
    ).toEqual(['B']);
  });

  it('follow additions and removals in their order', () => {
    const definition = { type: 'tool_definition', definition: tool('New') };
    const messages = system(
      { type: 'tool_addition', tool: reference('A') },
      { type: 'tool_removal', tool: reference('B') },
      { type: 'tool_addition', tool: definition },
      { type: 'tool_removal', tool: reference('A') },
      { type: 'tool_addition', tool: { type: 'mcp_tool_reference', name: 'x', server_name: 'y' } },
    );
    expect(effective({ tools: [deferred('A'), tool('B'), tool('C')], messages })).toMatchObject({
      names: ['C', 'New'],
      codes: ['mcp_tool_change_dropped messages.1.content.4'],
    });
  });

  it('leave out what only code execution may call, with a warning', () => {
    expect(
      effective({
        tools: [
          tool('A', { allowed_callers: ['code_execution_20250825'] }),
          tool('B', { allowed_callers: ['direct'] }),
        ],
      }),
    ).toMatchObject({
      names: ['B'],
      codes: ['tool_hidden tools.0.allowed_callers'],
    });
  });

  it('have a schema where Anthropic’s client tools have none', () => {
    const { tools } = effective({
      tools: [
        { type: 'bash_20250124', name: 'bash' },
        { type: 'text_editor_20250728', name: 'str_replace_based_edit_tool' },
        { type: 'memory_20250818', name: 'memory' },
      ],
    });
    expect(tools).toMatchObject([
      { kind: 'function', name: 'bash', parameters: { properties: { command: {}, restart: {} } } },
      {
        kind: 'function',
        parameters: {
          properties: { command: { enum: ['view', 'create', 'str_replace', 'insert'] } },
          required: ['command', 'path'],
        },
      },
      { kind: 'function', parameters: { properties: { old_path: {}, new_path: {} } } },
    ]);
  });

  it('are strict only with a schema in the subset, and folded with a warning', () => {
    const strict = { type: 'object', properties: {}, required: [], additionalProperties: false };
    const { tools, codes } = effective({
      tools: [
        tool('A', { strict: true, input_schema: strict }),
        tool('B', { strict: true }),
        tool('C', { input_schema: { anyOf: [strict] } }),
      ],
    });
    expect(tools).toMatchObject([{ strict: true }, { strict: false }, { strict: false }]);
    expect(codes).toEqual(['strict_dropped tools.1.strict', 'tool_schema_folded tools.2.input_schema']);
  });

  it('keep a web search apart, for the upstream that has one', () => {
    const search = { type: 'web_search_20250305', name: 'web_search', max_uses: 3 };
    expect(effective({ tools: [search] }).tools).toEqual([
      { kind: 'web_search', name: 'web_search', options: search, path: 'tools.0' },
    ]);
  });

  it.each([
    'web_fetch_20250910',
    'code_execution_20250825',
    'computer_20250124',
    'tool_search_tool_bm25_20251119',
    'advisor_20260301',
    'bash_19991231',
  ])('cannot be %s, which nobody here would run', (type) => {
    expect(() => effective({ tools: [tool('A'), { type, name: 'x' }] })).toThrow(
      expect.objectContaining({
        code: 'invalid_request',
        message: expect.stringContaining(`tools.1: tools of type \`${type}\``),
      }),
    );
  });

  it('cannot share a name, as Anthropic says', () => {
    expect(() => effective({ tools: [tool('A'), tool('A')] })).toThrow('Tool names must be unique');
  });
});
