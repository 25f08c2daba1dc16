import type { RetryConfig, RouteConfig, TargetConfig } from './config.js';

export const defaultRetries: RetryConfig = { maxAttempts: 3, baseDelayMs: 250, maxDelayMs: 4000 };

/** Model names that belong to one vendor, and go there when it is configured. */
const homes: readonly { readonly provider: string; readonly prefixes: readonly string[] }[] = [
  { provider: 'anthropic', prefixes: ['claude-', 'anthropic/'] },
  { provider: 'openai', prefixes: ['gpt-', 'chatgpt-', 'codex-', 'ft:gpt-', 'o1', 'o3', 'o4'] },
];

/** Whether a model's name is one of those that the provider's vendor gives its own models. */
export function isVendorsOwn(provider: string, model: string): boolean {
  return homes.some((home) => home.provider === provider && home.prefixes.some((prefix) => model.startsWith(prefix)));
}

/** Each vendor's own names to that vendor; every other name to the first target, so that one upstream serves them all. */
export function defaultRoutes(targets: readonly TargetConfig[]): RouteConfig[] {
  const [first] = targets;
  if (first === undefined) return [];
  const own = homes.flatMap(({ provider, prefixes }) => {
    const target = targets.find((candidate) => candidate.provider === provider && candidate.model === undefined);
    const names = prefixes.map((prefix) => `${prefix}*`);
    return target === undefined ? [] : [routeTo(target, names)];
  });
  return [...own, routeTo(first, ['*'])];
}

function routeTo({ name }: TargetConfig, match: readonly string[]): RouteConfig {
  return { match, targets: [{ target: name }], sticky: 'session', fallback: true };
}
