import type { Warning } from '#wire';

/** What `x-proxy-warnings` lists: codes once each, and few enough that no proxy on the way refuses the header. */
export function warningCodes(warnings: readonly Warning[]): string {
  return [...new Set(warnings.map(({ code }) => code))].slice(0, 50).join(',');
}
