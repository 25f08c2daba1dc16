import type { Request } from 'express';
import type { Caller } from '#gateway';
import { GatewayError } from '#wire';

const callers = new WeakMap<object, Caller>();

/** The guard's finding, for the controllers. */
export function rememberCaller(request: Request, caller: Caller): void {
  callers.set(request, caller);
}

export function callerOf(request: Request): Caller {
  const caller = callers.get(request);
  if (caller === undefined) throw new GatewayError('unauthenticated', 'missing API key');
  return caller;
}
