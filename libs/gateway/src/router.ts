import { Inject, Injectable } from '@nestjs/common';
import { type Config, CONFIG, type TargetConfig } from '#config';
import { type Provider, ProviderRegistry } from '#providers';
import { GatewayError, type UpstreamModel } from '#wire';
import type { Inbound } from './inbound.js';

/** One place where a request can go. */
export interface Target {
  readonly config: TargetConfig;
  readonly provider: Provider;
  readonly model: UpstreamModel;
}

interface Route {
  readonly matches: (model: string) => boolean;
  readonly targets: readonly { readonly config: TargetConfig; readonly provider: Provider }[];
}

/** Finds the targets that may serve a model, in the order in which they are tried. */
@Injectable()
export class Router {
  private readonly routes: readonly Route[];

  constructor(@Inject(CONFIG) config: Config, providers: ProviderRegistry) {
    const targets = new Map(
      config.targets.map((target) => [target.name, { config: target, provider: providers.get(target.provider) }]),
    );
    this.routes = config.routes.map((route) => ({
      matches: matcher(route.match),
      targets: route.targets.map((name) => {
        const target = targets.get(name);
        if (target === undefined) throw new Error(`route "${route.match}" names the unknown target "${name}"`);
        return target;
      }),
    }));
  }

  /** Never empty. Throws `GatewayError('not_found')` when no route fits the model's name. */
  route(inbound: Inbound): readonly Target[] {
    const route = this.routes.find(({ matches }) => matches(inbound.model));
    if (route === undefined) throw new GatewayError('not_found', `model: ${inbound.model}`, { path: 'model' });
    return route.targets.map(({ config, provider }) => ({
      config,
      provider,
      model: provider.modelOf(config, inbound.model),
    }));
  }
}

function matcher(pattern: string): (model: string) => boolean {
  if (pattern === '*') return () => true;
  if (!pattern.includes('*')) return (model) => model === pattern;
  const expression = new RegExp(`^${pattern.split('*').map(escapeRegExp).join('.*')}$`, 's');
  return (model) => expression.test(model);
}

/** RegExp.escape arrives with Node 24; production may run on 22. */
function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
