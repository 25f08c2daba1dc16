import { Injectable } from '@nestjs/common';
import type { Routing } from '#config';
import { listPrices } from '../account/list-prices.js';
import { RouteTable } from '../routing/route-table.js';

const unknown = 'other';

/** Names remembered at once: a client that asks for ever new ones costs the same as one that does not. */
const maxRemembered = 1000;

/**
 * Model names as labels of metrics. Clients send any name they like, and each new label is memory here and in Prometheus for good:
 * only names that the operator has configured and families that the price list knows are told apart.
 */
@Injectable()
export class KnownModels {
  private readonly labels = new Map<string, string>();
  private routing: Routing | undefined;
  private configured: ReadonlySet<string> = new Set();
  private families: readonly string[] = [];

  constructor(private readonly table: RouteTable) {}

  label(model: string | undefined): string {
    if (model === undefined) return unknown;
    if (this.table.routing !== this.routing) this.learn(this.table.routing);
    let label = this.labels.get(model);
    if (label === undefined) {
      label = this.find(model);
      if (this.labels.size < maxRemembered) this.labels.set(model, label);
    }
    return label;
  }

  private learn(routing: Routing): void {
    this.routing = routing;
    this.labels.clear();
    this.configured = new Set(
      [
        ...routing.targets.flatMap(({ model, standInModel, baseModel }) => [model, standInModel, baseModel]),
        ...routing.routes.flatMap(({ alias, targets }) => [alias, ...targets.map((target) => target.alias)]),
      ].filter((name) => name !== undefined),
    );
    this.families = [...routing.prices.map(({ model }) => model), ...Object.keys(listPrices.models)]
      .map((name) => name.replace(/\*$/, '').toLowerCase())
      .filter((name) => name !== '')
      .toSorted((one, other) => other.length - one.length);
  }

  private find(model: string): string {
    if (this.configured.has(model)) return model;
    const name = model.toLowerCase();
    return this.families.find((family) => name.startsWith(family)) ?? unknown;
  }
}
