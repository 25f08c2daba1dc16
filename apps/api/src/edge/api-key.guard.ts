import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { type Caller, Gateway, type KeyDigest } from '#gateway';
import { isPublic, requestContext } from '#observability';
import { GatewayError } from '#wire';
import { rememberCaller } from './caller-of.js';
import { presentedKey } from './presented-key.js';

/** Who is there? Runs before any body is read. The request's log line tells every attempt, good or bad, by the key's fingerprint. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(private readonly gateway: Gateway) {}

  canActivate(execution: ExecutionContext): boolean {
    if (isPublic(execution)) return true;
    const request = execution.switchToHttp().getRequest<Request>();
    const key = presentedKey(request);
    if (key === undefined) {
      requestContext.getStore()?.annotate({ authentication: 'no key' });
      throw new GatewayError('unauthenticated', 'A key is required: send it as x-api-key or as Authorization: Bearer');
    }
    const caller = this.identify(key);
    requestContext.getStore()?.annotate({ authentication: 'ok', key: caller.keyId });
    rememberCaller(request, caller);
    return true;
  }

  private identify(key: KeyDigest): Caller {
    try {
      return this.gateway.identify(key);
    } catch (error) {
      requestContext.getStore()?.annotate({ authentication: 'unknown key', key: key.fingerprint });
      throw error;
    }
  }
}
