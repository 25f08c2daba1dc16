import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { KeyDigest } from '#gateway';
import { presentedKey } from './presented-key.js';

/** The fingerprint of the key that is found in the headers. */
function found(headers: IncomingHttpHeaders): string | undefined {
  return presentedKey({ headers } as IncomingMessage)?.fingerprint;
}

describe('presentedKey', () => {
  it.each<[string, IncomingHttpHeaders]>([
    ['x-api-key', { 'x-api-key': 'key', 'api-key': 'other', authorization: 'Bearer other' }],
    ['api-key', { 'api-key': 'key', authorization: 'Bearer other' }],
    ['api-key, beside an empty x-api-key', { 'x-api-key': '', 'api-key': 'key' }],
    ['a bearer token', { authorization: 'bearer  key ' }],
    ['a bearer token, beside empty headers', { 'x-api-key': '', 'api-key': '', authorization: 'Bearer key' }],
  ])('is found as %s', (_how, headers) => {
    expect(found(headers)).toBe(new KeyDigest('key').fingerprint);
  });

  it.each<[string, IncomingHttpHeaders]>([
    ['nothing', {}],
    ['an empty header', { 'x-api-key': '' }],
    ['another scheme', { authorization: 'Basic key' }],
  ])('is not found in %s', (_what, headers) => {
    expect(found(headers)).toBeUndefined();
  });
});
