import { beforeEach, describe, expect, it } from '@jest/globals';
import { type ErrorCode, GatewayError } from '#wire';
import { inboundOf, registry, target } from '../routing/test/routing-of.js';
import { Call } from './call.js';
import { TargetState } from './target-states.js';

const config = target('one');
let state: TargetState;

beforeEach(() => {
  state = new TargetState('one', config);
});

async function callBegins(headers: Readonly<Record<string, string>> = {}): Promise<Call> {
  const provider = registry.get('native');
  const asked = { config, provider, model: provider.modelOf(config, 'claude-opus-5-5') };
  return Call.begin(state, asked, inboundOf({ headers }, {}), new AbortController().signal, 0);
}

async function callEndsIn(code: ErrorCode): Promise<void> {
  (await callBegins()).end(new GatewayError(code, 'failed'));
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

  it.each<ErrorCode>([
    'upstream_failed',
    'upstream_unreachable',
    'upstream_timeout',
    'upstream_invalid_answer',
    'overloaded',
  ])('counts %s against the target, once a call', async (code) => {
    for (let count = 0; count < 5; count += 1) {
      expect(state.breaker.state).toBe('closed');
      const call = await callBegins();
      call.answered();
      call.end(new GatewayError(code, 'failed'));
      call.end();
    }
    expect(state.breaker.state).toBe('open');
    expect([state.slots.inUse, state.lastFailure?.code]).toEqual([0, code]);
  });

  it('does not take a target from all others for a client that would not wait', async () => {
    for (let count = 0; count < 6; count += 1) {
      const call = await callBegins({ 'x-stainless-timeout': '1' });
      call.end(new GatewayError('upstream_timeout', 'failed'));
    }
    expect(state.breaker.state).toBe('closed');
  });

  it('takes a refusal for a sign of life', async () => {
    for (let count = 0; count < 4; count += 1) await callEndsIn('upstream_failed');
    await callEndsIn('rate_limited');
    await callEndsIn('upstream_failed');
    expect(state.breaker.state).toBe('closed');
  });
});
