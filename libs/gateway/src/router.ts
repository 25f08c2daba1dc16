import { Injectable } from '@nestjs/common';
import type { TargetConfig } from '#config';
import type { Provider } from '#providers';
import { GatewayError, type UpstreamModel } from '#wire';
import type { Caller } from './caller.js';
import type { Inbound } from './inbound.js';
import { canDoAll, demandsOf, missingIn, refusalOf } from './routing/demands.js';
import { type Draw, orderTargets } from './routing/order-targets.js';
import { RouteTable } from './routing/route-table.js';
import { sessionDraw } from './routing/session-draw.js';
import { sessionOf } from './routing/session-of.js';

/** One place where a request can go. */
export interface Target {
  readonly config: TargetConfig;
  readonly provider: Provider;
  readonly model: UpstreamModel;
}

/** Finds the targets that may serve a request, in the order in which they are tried. */
@Injectable()
export class Router {
  constructor(private readonly table: RouteTable) {}

  /**
   * Never empty. Throws `GatewayError`: not_found when no route fits the model's name, invalid_request when none of the
   * route's targets can do what the request demands.
   */
  route(inbound: Inbound, caller: Caller): readonly Target[] {
    const asked = withoutMark(inbound.model);
    const route = this.table.find(asked);
    if (route === undefined) throw new GatewayError('not_found', `model: ${inbound.model}`, { path: 'model' });
    const draw = route.config.sticky === 'none' ? chance : drawOfSession(inbound, caller);
    const targets = orderTargets(route, draw).map(({ config, provider, alias }) => ({
      config,
      provider,
      model: provider.modelOf(config, alias ?? asked),
    }));
    const able = ableTo(targets, inbound);
    return route.config.fallback ? able : able.slice(0, 1);
  }
}

function ableTo(targets: readonly Target[], inbound: Inbound): readonly Target[] {
  // A count of tokens sends nothing to read; a target that would refuse the request can still say what it would weigh.
  if (inbound.operation === 'count_tokens' || targets.every(({ model }) => canDoAll(model.capabilities)))
    return targets;
  const demands = demandsOf(inbound);
  if (demands.size === 0) return targets;
  const able = targets.filter(({ model }) => missingIn(model.capabilities, demands) === undefined);
  const [first] = targets;
  const missing = first && missingIn(first.model.capabilities, demands);
  if (able.length === 0 && missing !== undefined) throw refusalOf(missing, demands, inbound);
  return able;
}

/** Claude Code marks the one-million-token window in a model's name; the mark is no part of it. */
function withoutMark(model: string): string {
  return model.endsWith('[1m]') ? model.slice(0, -'[1m]'.length) : model;
}

/** Most routes have nothing to draw, and then the session is not looked for. */
function drawOfSession(inbound: Inbound, caller: Caller): Draw {
  let draw: Draw | undefined;
  return (label) => (draw ??= sessionDraw(sessionOf(inbound, caller)))(label);
}

/** Never 0, whose logarithm ranks nothing. */
function chance(): number {
  return Math.random() || Number.MIN_VALUE;
}
