import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { Gateway } from '#gateway';
import { isPublicKey, requestContext } from '#observability';
import { GatewayError } from '#wire';
import { rememberCaller } from './caller-of.js';
import { presentedFingerprint, presentedKey } from './presented-key.js';

/** Who is there? Runs before any body is read. The request's log line tells every attempt, good or bad, by the key's fingerprint. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly gateway: Gateway,
    private readonly reflector: Reflector,
  ) {}

  canActivate(execution: ExecutionContext): boolean {
    if (this.reflector.getAllAndOverride<boolean>(isPublicKey, [execution.getHandler(), execution.getClass()])) return true;
    const request = execution.switchToHttp().getRequest<Request>();
    const key = presentedKey(request);
    if (key === undefined) {
      requestContext.getStore()?.annotate({ authentication: 'no key' });
      throw new GatewayError('unauthenticated', 'A key is required: send it as x-api-key or as Authorization: Bearer');
    }
    // Before the check, so that the log line has it whichever way the check goes.
    requestContext.getStore()?.annotate({ authentication: 'unknown key', key: presentedFingerprint(request) });
    const caller = this.gateway.identify(key);
    requestContext.getStore()?.annotate({ authentication: 'ok' });
    rememberCaller(request, caller);
    return true;
  }
}
