import { type Config, loadConfig, type RouteConfig, type TargetConfig } from '#config';
import { type Provider, ProviderRegistry } from '#providers';
import { capabilitiesFor, claudeCapabilities } from '#wire';
import { readInbound, type Inbound } from '../../inbound.js';
import { RouteTable } from '../route-table.js';

/** Speaks Messages as far as routing is concerned. */
const native: Provider = {
  id: 'native',
  knownModels: ['claude-opus-5-5', 'claude-haiku-5-5'],
  modelOf: (config, model) => ({
    provider: 'native',
    model: config.model ?? model,
    capabilities: { ...claudeCapabilities(config.model ?? model), ...config.capabilities },
  }),
  dialectsOf: () => ['messages'],
  countsTokens: () => true,
  address: () => ({ origin: 'http://localhost', path: '/', headers: {} }),
};

/** Is asked through a translation. */
const foreign: Provider = {
  ...native,
  id: 'foreign',
  knownModels: ['gpt-5.6', 'gpt-5.4'],
  modelOf: (config, model) => ({
    provider: 'foreign',
    model: config.model ?? model,
    capabilities: { ...capabilitiesFor(config.model ?? model), ...config.capabilities },
  }),
  dialectsOf: () => ['responses', 'chat'],
};

export const registry = new ProviderRegistry([native, foreign]);

export function target(name: string, more: Partial<TargetConfig> = {}): TargetConfig {
  return { name, provider: 'native', baseUrl: 'http://localhost', ...more };
}

export function route(more: Partial<RouteConfig> & Pick<RouteConfig, 'targets'>): RouteConfig {
  return { match: ['*'], sticky: 'session', fallback: true, ...more };
}

export function tableOf(targets: readonly TargetConfig[], routes: readonly RouteConfig[]): RouteTable {
  const environment = { PROXY_API_KEY: 'k'.repeat(32), ANTHROPIC_API_KEY: 'k' };
  const config: Config = { ...loadConfig(environment, 'api'), targets, routes };
  return new RouteTable(config, registry);
}

export function inboundOf(more: Partial<Pick<Inbound, 'dialect' | 'operation' | 'headers'>>, body: object): Inbound {
  return readInbound({
    id: 'req_1',
    dialect: 'messages',
    operation: 'generate',
    headers: {},
    query: '',
    durable: false,
    ...more,
    body: Buffer.from(
      JSON.stringify({ model: 'claude-opus-5', max_tokens: 16, messages: [{ role: 'user', content: 'hi' }], ...body }),
    ),
  });
}
