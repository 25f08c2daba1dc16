/** `EEXIST`, `EADDRINUSE` …; undefined for what carries none. Without `instanceof`, which fails across Jest's realms. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
