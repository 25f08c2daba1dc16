import { Injectable } from '@nestjs/common';
import { ProviderRegistry } from '#providers';
import type { ListedModel } from '#wire';
import { namePattern } from './routing/name-pattern.js';
import { type Route, RouteTable } from './routing/route-table.js';

/** The model names that the routes serve, as far as they can be told. */
@Injectable()
export class ModelCatalogue {
  constructor(
    private readonly table: RouteTable,
    private readonly providers: ProviderRegistry,
  ) {}

  /** In the order of the routes: their names, and for patterns the known models that fit. */
  list(): readonly ListedModel[] {
    const ids = new Set(
      this.table.routes.flatMap((route) => route.config.match.flatMap((pattern) => this.idsOf(pattern, route))),
    );
    return [...ids].map((id) => this.describe(id)).filter((model) => model !== undefined);
  }

  /** Undefined where no route says that it knows the name; that one takes any name whatever says nothing of it. */
  find(id: string): ListedModel | undefined {
    const known =
      this.table.find(id)?.config.match.some((pattern) => pattern !== '*' && namePattern(pattern)(id)) === true ||
      this.list().some((model) => model.id === id);
    return known ? this.describe(id) : undefined;
  }

  private idsOf(pattern: string, route: Route): readonly string[] {
    if (!pattern.includes('*')) return [pattern];
    const matches = namePattern(pattern);
    const own = targetsOf(route).flatMap(({ config, provider, alias }) => {
      const fixed = config.model ?? alias;
      if (fixed !== undefined) return [fixed];
      return config.standInModel === undefined ? provider.knownModels : [...provider.knownModels, config.standInModel];
    });
    const fitting = own.filter(matches);
    // One vendor's names, served by another's model.
    return fitting.length > 0 ? fitting : this.providers.all.flatMap(({ knownModels }) => knownModels.filter(matches));
  }

  /** By the first target of the route that a request for it would take. */
  private describe(id: string): ListedModel | undefined {
    const route = this.table.find(id);
    const [target] = route === undefined ? [] : targetsOf(route);
    if (target === undefined) return undefined;
    const { config, provider, alias } = target;
    const model = provider.modelOf(config, alias ?? id);
    return {
      id,
      owner: provider.id,
      capabilities: model.capabilities,
      native: provider.dialectsOf(model).includes('messages'),
    };
  }
}

function targetsOf({ weighted, ordered }: Route): readonly Route['ordered'][number][] {
  return [...weighted, ...ordered];
}
