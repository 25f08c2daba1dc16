import { describe, expect, it } from '@jest/globals';

import { bash, translate, upstreamOf } from './test/messages-request.js';

const search = { type: 'web_search_20250305' as const, name: 'web_search' as const };

describe('tools become tools', () => {
  it('with strict said explicitly and names in a form that is accepted', () => {
    const long = `mcp__${'server'.repeat(12)}__tool`;
    const { body, context } = translate({
      tools: [bash, { ...bash, name: long }],
      tool_choice: { type: 'tool', name: long },
    });
    const sent = body.tools?.[1];
    if (sent?.type !== 'function') throw new Error('no function');
    expect(body.tools?.[0]).toEqual({
      type: 'function',
      name: 'Bash',
      description: 'Runs',
      parameters: { type: 'object', properties: {} },
      strict: false,
    });
    expect(sent.name).toMatch(/^[\w-]{1,64}$/);
    expect(body.tool_choice).toEqual({ type: 'function', name: sent.name });
    expect(context.toolNames.get(sent.name)).toBe(long);
  });

  it('and no member about tools is sent when none is left', () => {
    const { body } = translate({
      tools: [{ ...bash, name: 'DeferredToolPlaceholder', defer_loading: true }],
      tool_choice: { type: 'auto', disable_parallel_tool_use: true },
    });
    expect(body).not.toHaveProperty('tools');
    expect(body).not.toHaveProperty('tool_choice');
    expect(body).not.toHaveProperty('parallel_tool_calls');
  });

  it('one after the other only, if the client says so and the model can', () => {
    const overrides = { tools: [bash], tool_choice: { type: 'any' as const, disable_parallel_tool_use: true } };
    expect(translate(overrides).body).toMatchObject({ tool_choice: 'required', parallel_tool_calls: false });
    expect(translate(overrides, upstreamOf('gpt-5.6', { parallelToolCallsParam: false }))).toMatchObject({
      body: { tool_choice: 'required' },
      warnings: [{ code: 'disable_parallel_tool_use_dropped' }],
    });
  });

  it('and web search becomes the upstream’s own, with its limits', () => {
    const { body, warnings } = translate({
      tools: [
        {
          ...search,
          max_uses: 8,
          allowed_domains: ['a.test'],
          blocked_domains: ['b.test'],
          user_location: { type: 'approximate' as const, country: 'FR' },
        },
      ],
      tool_choice: { type: 'tool', name: 'web_search' },
    });
    expect(body).toMatchObject({
      tools: [
        {
          type: 'web_search',
          filters: { allowed_domains: ['a.test'] },
          user_location: { type: 'approximate', country: 'FR' },
        },
      ],
      max_tool_calls: 8,
      tool_choice: { type: 'allowed_tools', mode: 'required', tools: [{ type: 'web_search' }] },
      include: ['reasoning.encrypted_content', 'web_search_call.action.sources'],
    });
    expect(warnings).toEqual([{ code: 'blocked_domains_dropped', path: 'tools.0.blocked_domains' }]);
  });
});
