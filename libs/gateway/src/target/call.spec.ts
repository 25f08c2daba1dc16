import { beforeEach, describe, expect, it } from '@jest/globals';
import { GatewayError } from '#wire';
import { inboundOf, registry, target } from '../routing/test/routing-of.js';
import { Call } from './call.js';
import { TargetState } from './target-states.js';

const config = target('one');
let state: TargetState;

beforeEach(() => {
  state = new TargetState('one', config);
});

async function callEndsIn(code: 'internal' | 'upstream_failed' | 'rate_limited'): Promise<void> {
  const provider = registry.get('native');
  const asked = { config, provider, model: provider.modelOf(config, 'claude-opus-5-5') };
  const call = await Call.begin(state, asked, inboundOf({}, {}), new AbortController().signal, 0);
  call.end(new GatewayError(code, 'failed'));
}

describe('Call', () => {
  it('lets a fault of ours say nothing of the target, neither good nor bad', async () => {
    await callEndsIn('internal');
    expect(state.lastFailure).toBeUndefined();
    for (let count = 0; count < 4; count += 1) await callEndsIn('upstream_failed');
    await callEndsIn('internal');
    expect(state.breaker.state).toBe('closed');
    await callEndsIn('upstream_failed');
    expect(state.breaker.state).toBe('open');
  });

  it('takes a refusal for a sign of life', async () => {
    for (let count = 0; count < 4; count += 1) await callEndsIn('upstream_failed');
    await callEndsIn('rate_limited');
    await callEndsIn('upstream_failed');
    expect(state.breaker.state).toBe('closed');
  });
});
