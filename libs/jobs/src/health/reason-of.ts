const words: Readonly<Partial<Record<string, string>>> = {
  HTTP_0: 'no connection',
  PGRST202: 'migrations are missing, infra/scripts/migrate.sh applies them (PGRST202)',
};

/**
 * Why something is away, in a few words for the health report: the code or the name that its client gave the failure. Not its message, which
 * may name hosts and accounts, and the report is open to everyone.
 */
export function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (!(cause instanceof Error)) return 'unknown';
  if (cause.name === 'AbortError' || cause.name === 'TimeoutError') return 'no answer in time';
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name;
  return words[code] ?? code;
}
