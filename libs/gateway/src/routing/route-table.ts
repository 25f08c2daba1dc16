import { Inject, Injectable } from '@nestjs/common';
import {
  type Config,
  CONFIG,
  type RouteConfig,
  type RouteTargetConfig,
  type Routing,
  type TargetConfig,
} from '#config';
import { type Provider, ProviderRegistry } from '#providers';
import { namePattern } from './name-pattern.js';

/** A target's part in a route, with all that it takes to ask it. */
export interface RouteTarget {
  readonly config: TargetConfig;
  readonly provider: Provider;
  /** The model name to ask for in place of the client's. */
  readonly alias: string | undefined;
  readonly weight: number;
}

export interface Route {
  readonly config: RouteConfig;
  readonly matches: (model: string) => boolean;
  readonly canaries: readonly { readonly target: RouteTarget; readonly share: number }[];
  /** They share the traffic by weight; empty where nothing is weighted. */
  readonly weighted: readonly RouteTarget[];
  /** Tried after the weighted ones, in this order. */
  readonly ordered: readonly RouteTarget[];
}

/** The routes that hold now. A request keeps the targets that it was given when the table is replaced under it. */
@Injectable()
export class RouteTable {
  private readonly listeners: ((routing: Routing) => void)[] = [];
  private current: { readonly routing: Routing; readonly routes: readonly Route[] };

  constructor(
    @Inject(CONFIG) config: Config,
    private readonly providers: ProviderRegistry,
  ) {
    this.current = this.compiled(config);
  }

  /** What the present routes were made from; prices and retries are read here. */
  get routing(): Routing {
    return this.current.routing;
  }

  get routes(): readonly Route[] {
    return this.current.routes;
  }

  /** The first route that fits a model's name. */
  find(model: string): Route | undefined {
    return this.current.routes.find(({ matches }) => matches(model));
  }

  /** All at once, or not at all: throws when the routing names what there is not. */
  replace(routing: Routing): void {
    this.current = this.compiled(routing);
    for (const listener of this.listeners) listener(routing);
  }

  /** For what is kept of targets, to let go of those that have left. Called after each `replace`. */
  onReplace(listener: (routing: Routing) => void): void {
    this.listeners.push(listener);
  }

  private compiled(routing: Routing): { routing: Routing; routes: readonly Route[] } {
    const targets = new Map(
      routing.targets.map((config) => [config.name, { config, provider: this.providers.get(config.provider) }]),
    );
    const routes = routing.routes.map((config): Route => {
      const patterns = config.match.map(namePattern);
      const entries = config.targets.map((entry) => {
        const target = targets.get(entry.target);
        if (target === undefined) throw new Error(`a route names the unknown target "${entry.target}"`);
        const alias = entry.alias ?? config.alias;
        return { entry, target: { ...target, alias, weight: entry.weight ?? 1 } };
      });
      const those = (fit: (entry: RouteTargetConfig) => boolean): RouteTarget[] =>
        entries.filter(({ entry }) => fit(entry)).map(({ target }) => target);
      return {
        config,
        matches: (model) => patterns.some((matches) => matches(model)),
        canaries: entries.flatMap(({ entry: { canary }, target }) =>
          canary === undefined ? [] : [{ target, share: canary }],
        ),
        weighted: those(({ weight, canary }) => weight !== undefined && canary === undefined),
        ordered: those(({ weight, canary }) => weight === undefined && canary === undefined),
      };
    });
    return { routing, routes };
  }
}
