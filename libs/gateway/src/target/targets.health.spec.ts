import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { HealthIndicatorService } from '@nestjs/terminus';
import { HealthRegistry } from '#observability';
import { route, tableOf, target } from '../routing/test/routing-of.js';
import { TargetStates, type TargetState } from './target-states.js';
import { TargetsHealth } from './targets.health.js';

const [one, two] = [target('one'), target('two')];
const table = tableOf([one, two], [route({ targets: [{ target: 'one' }, { target: 'two' }] })]);

const { routing } = table;

let states: TargetStates;
let health: TargetsHealth;

beforeEach(() => {
  jest.useFakeTimers({ now: Date.parse('2026-01-01T00:00:00Z') });
  states = new TargetStates(table);
  health = new TargetsHealth(new HealthIndicatorService(), table, states, new HealthRegistry());
});
afterEach(() => {
  table.replace(routing);
  jest.useRealTimers();
});

function fails(state: TargetState, code: string): void {
  state.lastFailure = { at: new Date(), code };
}

function opens(state: TargetState): void {
  for (let count = 0; count < 5; count += 1) state.breaker.failed(state.breaker.enter() ?? 0);
}

describe('the health of the upstreams', () => {
  it('is up before their first call, with each by its name', () => {
    expect(health.check().upstreams).toMatchObject({
      status: 'up',
      message: '2 configured',
      targets: [
        { name: 'one', status: 'up', breaker: 'closed', lastSuccessAt: null, lastFailure: null },
        { name: 'two', status: 'up' },
      ],
    });
  });

  it('names the one that failed last, until it answers again', () => {
    fails(states.of(two), 'upstream_timeout');
    expect(health.check().upstreams).toMatchObject({
      status: 'degraded',
      message: 'two: upstream_timeout',
      targets: [
        { name: 'one', status: 'up' },
        {
          name: 'two',
          status: 'degraded',
          lastFailure: { at: '2026-01-01T00:00:00.000Z', code: 'upstream_timeout' },
          runbook: 'docs/OPERATIONAL_RUNBOOK_FULL.md#upstream-failing',
        },
      ],
    });
    jest.advanceTimersByTime(1);
    states.of(two).lastSuccessAt = new Date();
    expect(health.check().upstreams).toMatchObject({ status: 'up' });
  });

  it.each([
    ['upstream_timeout', 'up'],
    ['rate_limited', 'up'],
    ['upstream_rejected_credentials', 'degraded'],
    ['billing', 'degraded'],
  ])('five minutes after a %s without a call since, is %s', (code, status) => {
    fails(states.of(one), code);
    jest.advanceTimersByTime(5 * 60_000 - 1);
    expect(health.check().upstreams).toMatchObject({ status: 'degraded' });
    jest.advanceTimersByTime(1);
    expect(health.check().upstreams).toMatchObject({ status });
  });

  it('is up when an upstream refuses what a client sent', () => {
    fails(states.of(one), 'invalid_request');
    expect(health.check().upstreams).toMatchObject({ status: 'up', targets: [{ status: 'up' }, { status: 'up' }] });
  });

  it('is down while all are spared, and degraded while one of them still serves or is being probed', () => {
    opens(states.of(one));
    fails(states.of(one), 'upstream_failed');
    expect(health.check().upstreams).toMatchObject({
      status: 'degraded',
      message: 'one: upstream_failed, breaker open',
      targets: [
        { name: 'one', status: 'down', breaker: 'open' },
        { name: 'two', status: 'up' },
      ],
    });
    opens(states.of(two));
    expect(health.check().upstreams).toMatchObject({ status: 'down' });
    jest.advanceTimersByTime(1001);
    expect(health.check().upstreams).toMatchObject({
      status: 'degraded',
      targets: [{ status: 'degraded', breaker: 'half_open' }, { status: 'degraded' }],
    });
  });

  it('forgets a target that the routes no longer name', () => {
    fails(states.of(two), 'billing');
    expect(health.check().upstreams).toMatchObject({ status: 'degraded' });
    table.replace({ ...table.routing, targets: [one], routes: [route({ targets: [{ target: 'one' }] })] });
    expect(health.check().upstreams).toMatchObject({
      status: 'up',
      message: '1 configured',
      targets: [{ name: 'one' }],
    });
  });
});
