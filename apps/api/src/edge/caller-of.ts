import type { Request } from 'express';
import type { Caller } from '#gateway';

const found = Symbol('caller');

/** Kept on the request itself: a `WeakMap` of a key a request is work for each of the collector's rounds. */
interface Identified extends Request {
  [found]?: Caller;
}

/** The guard's finding, for the controllers. */
export function rememberCaller(request: Request, caller: Caller): void {
  (request as Identified)[found] = caller;
}

/** Throws where no guard has looked at the key. */
export function callerOf(request: Request): Caller {
  const caller = (request as Identified)[found];
  if (caller === undefined) throw new Error('The API key guard has not run');
  return caller;
}
