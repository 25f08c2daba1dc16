import type { IncomingHttpHeaders } from 'node:http';

const exact: ReadonlySet<string> = new Set(['accept', 'user-agent', 'x-app']);
const prefixes = ['anthropic-', 'openai-beta', 'x-stainless-', 'x-claude-code-', 'x-proxy-', 'x-simulator'] as const;

/** The client's headers that an upstream of its own dialect may want. A list of what goes on, so that no credential ever does. */
export function forwardableHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const result: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined || !(exact.has(name) || prefixes.some((prefix) => name.startsWith(prefix)))) continue;
    result[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return result;
}
