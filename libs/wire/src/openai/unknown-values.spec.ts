import { describe, expect, it } from '@jest/globals';

import { toChatRequest } from '../chat/to-request.js';
import { parseMessagesRequest } from '../messages/parse-request.js';
import { toResponsesRequest } from '../responses/to-request.js';
import { capabilitiesFor } from './capabilities.js';

const base = { model: 'm', max_tokens: 99, messages: [{ role: 'user', content: 'hi' }] };
const upstream = { provider: 'openai', model: 'gpt-6', capabilities: capabilitiesFor('gpt-6') };

describe.each([
  ['Chat', toChatRequest],
  ['Responses', toResponsesRequest],
])('a value that no translation knows, towards %s', (name, translate) => {
  const told = (members: object): string[] =>
    translate(parseMessagesRequest({ ...base, ...members }), upstream).warnings.map(
      ({ code, path }) => `${code} ${path}`,
    );

  it.each<[object, string]>([
    [{ output_config: { effort: 'ultra' } }, 'effort_dropped output_config.effort'],
    [{ thinking: { type: 'sometimes' } }, 'effort_dropped thinking.type'],
    [{ service_tier: 'flex' }, 'service_tier_dropped service_tier'],
    [{ speed: 'turbo' }, 'speed_dropped speed'],
    [{ output_config: { format: { type: 'grammar' } } }, 'output_format_dropped output_config.format'],
  ])('is told: %j', (members, warning) => {
    expect(told(members)).toEqual([warning]);
  });

  it('is told once, and the path of another is that of the other', () => {
    const tools = [{ name: 'read', input_schema: { type: 'object' } }];
    const ofOther = name === 'Chat' ? ['effort_dropped thinking'] : [];
    expect(
      told({ tools, output_config: { effort: 'ultra' }, thinking: { type: 'enabled', budget_tokens: 2000 } }),
    ).toEqual(['effort_dropped output_config.effort', ...ofOther]);
    const withoutTiers = { ...upstream, capabilities: { ...upstream.capabilities, serviceTier: false } };
    const { warnings } = translate(parseMessagesRequest({ ...base, service_tier: 'flex' }), withoutTiers);
    expect(warnings.map(({ code }) => code)).toEqual(['service_tier_dropped']);
  });

  it('of a tier is not sent as another', () => {
    const request = parseMessagesRequest({ ...base, service_tier: 'flex' });
    expect(translate(request, upstream).body).not.toHaveProperty('service_tier');
  });

  it('is none of those that are in use', () => {
    for (const effort of ['none', 'low', 'max']) expect(told({ output_config: { effort } })).toEqual([]);
    for (const type of ['adaptive', 'between_tools', 'disabled']) expect(told({ thinking: { type } })).toEqual([]);
    expect(told({ service_tier: 'standard_only', speed: 'standard' })).toEqual([]);
    expect(told({ service_tier: null, speed: null, output_config: { effort: null, format: null } })).toEqual([]);
  });

  it('of a format is not sent', () => {
    const request = parseMessagesRequest({ ...base, output_config: { format: { type: 'grammar', grammar: 'x' } } });
    expect(JSON.stringify(translate(request, upstream).body)).not.toContain('structured_output');
  });
});
