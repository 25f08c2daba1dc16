import { Injectable } from '@nestjs/common';
import { MetricRegistry } from '#observability';
import type { BreakerState } from './breaker.js';
import { TargetStates } from './target-states.js';

const breakerStates: readonly BreakerState[] = ['closed', 'half_open', 'open'];

/** The upstreams' states as gauges, read at the scrape. */
@Injectable()
export class TargetMetrics {
  constructor(registry: MetricRegistry, states: TargetStates) {
    const labels = ['claude_proxy_upstream'];
    const breaker = registry.gauge(
      'claude_proxy_upstream_breaker_state',
      'State of the circuit breaker: 1 for the one that holds',
      [...labels, 'state'],
    );
    const inFlight = registry.gauge('claude_proxy_upstream_calls_in_flight', 'Calls under way', labels);
    const queued = registry.gauge('claude_proxy_upstream_calls_queued', 'Calls that wait for a slot', labels);
    const success = registry.gauge(
      'claude_proxy_upstream_last_success_timestamp_seconds',
      'When it last answered well',
      labels,
    );
    registry.onCollect(() => {
      for (const gauge of [breaker, inFlight, queued, success]) gauge.clear();
      for (const target of states.report()) {
        for (const state of breakerStates) breaker.of(target.name, state).set(target.breaker === state ? 1 : 0);
        inFlight.of(target.name).set(target.inUse);
        queued.of(target.name).set(target.queued);
        const { lastSuccessAt } = target;
        success.of(target.name).set(lastSuccessAt === undefined ? undefined : lastSuccessAt.getTime() / 1000);
      }
    });
  }
}
