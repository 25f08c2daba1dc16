import { describe, expect, it } from '@jest/globals';

import { parseResponsesRequest } from './parse-request.js';

const find = { type: 'function', name: 'find', description: 'Finds.', parameters: { type: 'object' } };
const crm = { type: 'namespace', name: 'crm', description: 'Ask for consent first.', tools: [find] };
const shop = { ...crm, name: 'shop', tools: [find, { ...find, name: 'buy' }] };
const ping = { ...find, name: 'ping' };

function parse(members: Record<string, unknown>) {
  const { request, warnings } = parseResponsesRequest({ model: 'm', input: 'hi', ...members });
  return {
    tools: request.tools,
    names: request.tools?.map((tool) => ('name' in tool ? tool.name : undefined)),
    choice: request.tool_choice,
    warnings: warnings.map(({ code, path }) => `${code} ${path}`),
  };
}

const allow = (...tools: unknown[]) => ({ type: 'allowed_tools', mode: 'required', tools });

describe('a declared tool', () => {
  it('of a namespace says what its namespace is about, and then what it does', () => {
    expect(parse({ tools: [crm] }).tools).toEqual([
      {
        name: 'crm__find',
        description: 'Ask for consent first.\n\nFinds.',
        input_schema: { type: 'object' },
      },
    ]);
  });

  it('of a namespace that would repeat more than a context window says what its namespace is about first alone', () => {
    const long = { ...crm, description: 'x'.repeat(1024 * 1024), tools: Array.from({ length: 2_000 }, () => find) };
    const many = long.tools.map((tool, index) => ({ ...tool, name: `find${index}` }));
    const { tools } = parse({ tools: [{ ...long, tools: many }, shop] });
    expect(tools?.slice(0, 2)).toMatchObject([
      { name: 'crm__find0', description: `${long.description}\n\nFinds.` },
      { name: 'crm__find1', description: 'Finds.' },
    ]);
    expect(tools?.at(-1)).toMatchObject({ name: 'shop__buy', description: 'Ask for consent first.\n\nFinds.' });
    expect(JSON.stringify(tools).length).toBeLessThan(2 * long.description.length);
  });

  it('of many namespaces repeats no more than of one', () => {
    const tools = Array.from({ length: 60 }, (_, index) => ({ ...find, name: `find${index}` }));
    const spaces = Array.from({ length: 200 }, (_, index) => ({
      ...crm,
      name: `crm${index}`,
      description: 'x'.repeat(4_000),
      tools,
    }));
    const chars = JSON.stringify(spaces).length;
    expect(JSON.stringify(parse({ tools: spaces }).tools).length).toBeLessThan(2 * chars);
  });

  it.each([
    [{ defer_loading: true, async: true, output_schema: {} }, ['defer_loading', 'async', 'output_schema']],
    [{ defer_loading: false, async: false, output_schema: null, allowed_callers: ['direct'], strict: false }, []],
    [{ allowed_callers: ['direct', 'programmatic'] }, ['allowed_callers']],
  ])('brings a warning of each member that is let go: %j', (members, dropped) => {
    const warnings = (path: string) => dropped.map((member) => `tool_member_dropped ${path}.${member}`);
    expect(parse({ tools: [{ ...find, ...members }] }).warnings).toEqual(warnings('tools.0'));
    const inner = { ...crm, tools: [ping, { ...find, ...members }] };
    expect(parse({ tools: [inner] }).warnings).toEqual(warnings('tools.0.tools.1'));
  });

  it('brings a warning of members that nobody knows, as its namespace does', () => {
    expect(parse({ tools: [{ ...crm, colour: 'red', tools: [{ ...find, taste: 'sweet' }] }] }).warnings).toEqual([
      'unknown_field_dropped tools.0.colour',
      'unknown_field_dropped tools.0.tools.0.taste',
    ]);
    expect(parse({ tools: [{ type: 'custom', name: 'patch', defer_loading: true }] }).warnings).toEqual([
      'tool_member_dropped tools.0.defer_loading',
    ]);
  });

  it('is hidden from the model where programs alone may call it', () => {
    expect(parse({ tools: [ping, { ...find, allowed_callers: ['programmatic'] }] })).toMatchObject({
      names: ['ping'],
      warnings: ['tool_hidden tools.1'],
    });
  });
});

describe('a name that comes twice', () => {
  const flat = { ...find, name: 'crm__find' };
  const custom = { type: 'custom', name: 'ping' };
  const search = { type: 'web_search' };
  const patch = { type: 'custom', name: 'patch' };

  it.each([
    [[flat, crm], 'tools.1.tools.0'],
    [[crm, flat], 'tools.1'],
    [[custom, ping], 'tools.1'],
    [[ping, custom], 'tools.1'],
    [[{ ...find, name: 'web_search' }, search], 'tools.1'],
    [
      [
        { ...crm, name: 'a', tools: [{ ...find, name: 'b__c' }] },
        { ...crm, name: 'a__b', tools: [{ ...find, name: 'c' }] },
      ],
      'tools.1.tools.0',
    ],
  ])('is refused where two tools have it: %j', (tools, path) => {
    expect(() => parse({ tools })).toThrow(
      expect.objectContaining({ code: 'invalid_request', context: expect.objectContaining({ path }) }),
    );
  });

  it('is the last declaration of the same tool', () => {
    const again = { ...ping, description: 'Pings twice.' };
    const input = [
      { role: 'user', content: 'hi' },
      { type: 'additional_tools', role: 'developer', tools: [crm, patch, again, search] },
    ];
    const { request, echo, warnings } = parseResponsesRequest({ model: 'm', input, tools: [ping, crm, patch, search] });
    expect(warnings).toEqual([]);
    expect(request.tools).toMatchObject([
      { description: 'Pings twice.' },
      { name: 'crm__find' },
      { name: 'patch' },
      { name: 'web_search' },
    ]);
    expect(echo).toMatchObject({
      customTools: ['patch'],
      namespaced: { crm__find: { namespace: 'crm', name: 'find' } },
    });
  });
});

describe('a choice of tools', () => {
  const tools = [ping, crm, shop];

  it.each([
    [{ type: 'function', name: 'buy' }, ['shop__buy']],
    [{ type: 'function', name: 'find' }, ['crm__find', 'shop__find']],
    [{ type: 'function', name: 'find', namespace: 'crm' }, ['crm__find']],
    [{ type: 'function', name: 'crm__find' }, ['crm__find']],
    [{ type: 'namespace', name: 'shop' }, ['shop__find', 'shop__buy']],
    [{ type: 'function', name: 'ping' }, ['ping']],
  ])('allows %j by the name that the client knows', (reference, names) => {
    expect(parse({ tools, tool_choice: allow(reference) })).toMatchObject({
      names,
      choice: { type: 'any' },
      warnings: [],
    });
  });

  it('allows what very many references name, each once', () => {
    const inner = Array.from({ length: 10_000 }, (_, index) => ({ ...find, name: `find${index}` }));
    const spaces = Array.from({ length: 10_000 }, (_, index) => ({ ...crm, name: `crm${index}`, tools: [find] }));
    const whole = parse({
      tools: [{ ...crm, tools: inner }],
      tool_choice: allow(...inner.map(() => ({ type: 'namespace', name: 'crm' }))),
    });
    expect(whole).toMatchObject({ warnings: [], choice: { type: 'any' } });
    expect(whole.names).toHaveLength(10_000);
    const bare = parse({ tools: spaces, tool_choice: allow(...inner.map(() => ({ type: 'function', name: 'find' }))) });
    expect(bare).toMatchObject({ warnings: [], choice: { type: 'any' } });
    expect(bare.names).toHaveLength(10_000);
  });

  it('forces a tool of a namespace', () => {
    const choice = { type: 'function', name: 'buy' };
    expect(parse({ tools, tool_choice: choice }).choice).toEqual({ type: 'tool', name: 'shop__buy' });
  });

  it('brings a warning of a name that is not declared, beside others that are', () => {
    const choice = allow({ type: 'function', name: 'ping' }, { type: 'mcp', server_label: 'wiki' });
    expect(parse({ tools, tool_choice: choice })).toMatchObject({
      names: ['ping'],
      warnings: ['tool_dropped tool_choice.tools.1'],
    });
  });

  it.each([
    [allow({ type: 'function', name: 'sell' }), 'tool_choice.tools'],
    [allow(), 'tool_choice.tools'],
    [{ type: 'allowed_tools', mode: 'auto' }, 'tool_choice.tools'],
    [{ type: 'function', name: 'sell' }, 'tool_choice'],
    [{ type: 'function', name: 'find' }, 'tool_choice'],
  ])('is refused where it says nothing of these tools, or too little: %j', (choice, path) => {
    expect(() => parse({ tools, tool_choice: choice })).toThrow(
      expect.objectContaining({ code: 'invalid_request', context: expect.objectContaining({ path }) }),
    );
  });
});
