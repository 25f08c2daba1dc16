import type { Request } from 'express';
import { expect, it } from '@jest/globals';
import { callerOf, rememberCaller } from './caller-of.js';

it('gives the caller that the guard has found, and calls its absence a mistake of ours', () => {
  const request = {} as Request;
  expect(() => callerOf(request)).toThrow('The API key guard has not run');
  const caller = { keyId: 'key_1', ownedKeyIds: ['key_1'] };
  rememberCaller(request, caller);
  expect(callerOf(request)).toBe(caller);
});
