/** Words joined by underscores, or a number: no key, no prompt and no sentence looks like this. */
const identifier = /^(?:[A-Za-z]{1,32}(?:_[A-Za-z]{1,32}){0,7}|\d{1,4})$/;

/**
 * The `cause` of an error that an upstream reported. It is printed in logs, and an upstream's body may repeat prompts and
 * credentials, so that of the body only the upstream's own names for the failure are in it, and only if they look like names.
 *
 * @param status 0 for a failure inside a stream, which has none
 */
export function upstreamCause(status: number, ...names: readonly unknown[]): Error {
  const known = names.map((name) => (typeof name === 'number' ? String(name) : name)).filter(isIdentifier);
  const said = known.length > 0 ? ` (${[...new Set(known)].join(', ')})` : '';
  return new Error(
    status === 0 ? `upstream reported an error in its stream${said}` : `upstream answered ${status}${said}`,
  );
}

function isIdentifier(name: unknown): name is string {
  return typeof name === 'string' && identifier.test(name);
}
