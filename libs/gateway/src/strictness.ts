import { GatewayError } from '#wire';

const answers: ReadonlyMap<string, boolean> = new Map([
  ['', false],
  ['true', true],
  ['1', true],
  ['yes', true],
  ['false', false],
  ['0', false],
  ['no', false],
]);

/**
 * Whether the client would rather be refused than lose anything: its `x-proxy-strict`. Throws `invalid_request` for a value that
 * says neither yes nor no, which taken for a no would break the promise that the client relies on.
 */
export function strictnessOf(headers: Readonly<Record<string, string>>): boolean {
  const answer = answers.get((headers['x-proxy-strict'] ?? '').trim().toLowerCase());
  if (answer !== undefined) return answer;
  throw new GatewayError('invalid_request', "x-proxy-strict: Input should be 'true' or 'false'", {
    path: 'x-proxy-strict',
  });
}
