import { describe, expect, it } from '@jest/globals';

import { ofDefaultEffort } from '../inbound/default-effort.js';
import { ofMinimalEffort } from '../inbound/minimal-effort.js';
import type { MessagesRequest } from '../messages/messages.js';
import { capabilitiesFor } from './capabilities.js';
import { effortFor, nearestEffort, resolveEffort } from './effort.js';

function resolved(request: Record<string, unknown>, model = 'gpt-5.6') {
  const full = {
    model: 'm',
    max_tokens: 1,
    messages: [{ role: 'user', content: 'hi' }],
    ...request,
  } as unknown as MessagesRequest;
  const { effort, warnings } = resolveEffort(full, capabilitiesFor(model));
  expect(effortFor(full, capabilitiesFor(model))).toBe(effort);
  return [effort, ...warnings.map(({ code, path }) => `${code} ${path}`)];
}

const perTurn = (...efforts: string[]) => [
  { role: 'user', content: 'hi' },
  ...efforts.map((effort) => ({ role: 'system', output_config: { effort } })),
];

describe('effort', () => {
  it.each([
    [{}, undefined],
    [{ output_config: { effort: 'max' } }, 'max'],
    [{ output_config: { effort: 'low' }, thinking: { type: 'enabled', budget_tokens: 90_000 } }, 'low'],
    [{ output_config: { effort: 'low' }, messages: perTurn('high', 'medium') }, 'medium'],
    [{ thinking: { type: 'enabled', budget_tokens: 2048 } }, 'low'],
    [{ thinking: { type: 'enabled', budget_tokens: 32_000 } }, 'high'],
    [{ thinking: { type: 'enabled', budget_tokens: 32_001 } }, 'xhigh'],
    [{ thinking: { type: 'between_tools' } }, 'high'],
    [{ thinking: { type: 'disabled' }, output_config: { effort: 'high' } }, 'none'],
    [{ output_config: { effort: 'enormous' } }, undefined],
  ])('of %j is %s', (request, effort) => {
    expect(resolved(request)).toEqual([effort]);
  });

  it('is left to the model where a summary was asked for and no effort', () => {
    expect(resolved({ thinking: ofDefaultEffort({ type: 'adaptive', display: 'summarized' }) })).toEqual([undefined]);
  });

  it('is none where the model thinks nothing unasked, so that there is nothing to summarise', () => {
    const thinking = ofDefaultEffort({ type: 'adaptive', display: 'summarized' });
    for (const model of ['gpt-4o', 'gpt-5.4', 'some-model']) {
      expect(resolved({ thinking }, model)).toEqual([undefined, 'reasoning_summary_dropped thinking.display']);
    }
    for (const model of ['gpt-5', 'gpt-6']) expect(resolved({ thinking }, model)).toEqual([undefined]);
  });

  it('is the nearest that the model knows, and the client is told', () => {
    expect(resolved({ output_config: { effort: 'max' } }, 'gpt-5.5')).toEqual([
      'xhigh',
      'effort_clamped output_config.effort',
    ]);
    expect(resolved({ messages: perTurn('low') }, 'gpt-5-pro')).toEqual([
      'high',
      'effort_clamped messages.1.output_config.effort',
    ]);
    expect(resolved({ thinking: { type: 'enabled', budget_tokens: 99_000 } }, 'gpt-5')).toEqual(['high']);
  });

  it('is the lowest where the model cannot go without reasoning', () => {
    expect(resolved({ thinking: { type: 'disabled' } }, 'gpt-5')).toEqual([
      'minimal',
      'thinking_not_disabled thinking',
    ]);
    expect(resolved({ thinking: { type: 'disabled' } }, 'gpt-4.1')).toEqual([undefined]);
  });

  it('is let go with a warning, in whatever words it was asked for, where the model takes none', () => {
    for (const thinking of [{ type: 'enabled', budget_tokens: 2000 }, { type: 'adaptive' }]) {
      expect(resolved({ thinking }, 'gpt-4o')).toEqual([undefined, 'effort_dropped thinking']);
    }
    expect(resolved({ output_config: { effort: 'low' } }, 'gpt-4o')).toEqual([
      undefined,
      'effort_dropped output_config.effort',
    ]);
  });

  it('is minimal where the model knows that, and else low with a warning', () => {
    const minimal = { thinking: ofMinimalEffort({ type: 'adaptive' }), output_config: { effort: 'low' } };
    expect(resolved(minimal, 'gpt-5')).toEqual(['minimal']);
    expect(resolved(minimal, 'gpt-5.5')).toEqual(['low', 'effort_clamped output_config.effort']);
    expect(resolved(minimal, 'gpt-4o')).toEqual([undefined, 'effort_dropped output_config.effort']);
  });

  it('of an upstream’s own list is the nearest to the refused one', () => {
    expect(nearestEffort('max', ['low', 'high'])).toBe('high');
    expect(nearestEffort('none', ['low', 'high'])).toBe('low');
    expect(nearestEffort('high', ['none'])).toBe('none');
    expect(nearestEffort('high', ['auto'])).toBeUndefined();
  });
});
