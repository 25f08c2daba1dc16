import { Injectable } from '@nestjs/common';
import type { TargetConfig } from '#config';
import { RouteTable } from '../routing/route-table.js';
import { Breaker, type BreakerState } from './breaker.js';
import { Slots } from './slots.js';

/** More than the bar of 1,000 streams a core, and few enough that a hung upstream cannot eat the process's memory. */
const defaultLimits = { maxConcurrent: 2000, queueLength: 200, queueWaitMs: 2000 };

/** What is known of one target while the process runs. */
export class TargetState {
  readonly breaker = new Breaker();
  readonly slots: Slots;
  lastSuccessAt: Date | undefined;
  lastFailure: { readonly at: Date; readonly code: string } | undefined;

  constructor(
    readonly name: string,
    config: TargetConfig,
  ) {
    this.slots = new Slots({
      maxConcurrent: config.maxConcurrent ?? defaultLimits.maxConcurrent,
      queueLength: config.queue?.max ?? defaultLimits.queueLength,
      queueWaitMs: config.queue?.waitMs ?? defaultLimits.queueWaitMs,
    });
  }
}

export interface TargetReport {
  readonly name: string;
  readonly breaker: BreakerState;
  readonly inUse: number;
  readonly queued: number;
  readonly lastSuccessAt: Date | undefined;
  readonly lastFailure: { readonly at: Date; readonly code: string } | undefined;
}

/**
 * One state a target, as many as the configuration names; a target keeps its state over a reload that does not change it. Calls under
 * way end on the state that they began with.
 */
@Injectable()
export class TargetStates {
  private readonly states = new Map<string, { readonly config: TargetConfig; readonly state: TargetState }>();

  constructor(private readonly table: RouteTable) {
    table.onReplace(({ targets }) => {
      const named = new Set(targets.map(({ name }) => name));
      for (const name of this.states.keys()) if (!named.has(name)) this.states.delete(name);
    });
  }

  of(config: TargetConfig): TargetState {
    const known = this.states.get(config.name);
    if (known !== undefined && (known.config === config || sameLimits(known.config, config))) return known.state;
    const state = new TargetState(config.name, config);
    // A request that was routed before a reload may still ask a target that has left.
    if (this.table.routing.targets.some(({ name }) => name === config.name))
      this.states.set(config.name, { config, state });
    return state;
  }

  report(): TargetReport[] {
    return [...this.states.values()].map(({ state }) => ({
      name: state.name,
      breaker: state.breaker.state,
      inUse: state.slots.inUse,
      queued: state.slots.queued,
      lastSuccessAt: state.lastSuccessAt,
      lastFailure: state.lastFailure,
    }));
  }
}

function sameLimits(one: TargetConfig, other: TargetConfig): boolean {
  return (
    one.baseUrl === other.baseUrl &&
    one.maxConcurrent === other.maxConcurrent &&
    one.queue?.max === other.queue?.max &&
    one.queue?.waitMs === other.queue?.waitMs
  );
}
