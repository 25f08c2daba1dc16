import type { Provider } from './provider.js';

/** The providers by id. An unknown id is a mistake of the configuration, found at start. */
export class ProviderRegistry {
  private readonly byId: ReadonlyMap<string, Provider>;

  constructor(providers: readonly Provider[]) {
    this.byId = new Map(providers.map((provider) => [provider.id, provider]));
  }

  get all(): readonly Provider[] {
    return [...this.byId.values()];
  }

  get(id: string): Provider {
    const provider = this.byId.get(id);
    if (provider === undefined) {
      throw new Error(`there is no provider "${id}"; there are: ${[...this.byId.keys()].join(', ')}`);
    }
    return provider;
  }
}
