import { describe, expect, it } from '@jest/globals';
import { GatewayError } from '#wire';
import { reasonOf } from './reason-of.js';

function named(name: string, more: object = {}): Error {
  return Object.assign(new Error('a message with https://a-host and an account'), { name, ...more });
}

describe('the reason why something is away', () => {
  it.each([
    ['a refusal of AWS', named('AccessDenied'), 'AccessDenied'],
    ['a lost connection', named('Error', { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    ['a call that was given up', named('AbortError'), 'no answer in time'],
    ['a deadline', named('TimeoutError'), 'no answer in time'],
    ['a database that refuses the key', named('Error', { code: 'HTTP_401' }), 'HTTP_401'],
    ['migrations that are missing', named('Error', { code: 'PGRST202' }), expect.stringContaining('migrate.sh')],
    ['a database without a connection', named('Error', { code: 'HTTP_0' }), 'no connection'],
    ['what is no error', 'away', 'unknown'],
  ])('is told in a few words for %s, and never its message', (_what, cause, reason) => {
    expect(reasonOf(new GatewayError('unavailable', 'Away', { cause }))).toEqual(reason);
  });
});
