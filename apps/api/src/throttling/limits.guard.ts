import { type ExecutionContext, Injectable } from '@nestjs/common';
import { ThrottlerGuard, type ThrottlerLimitDetail, type ThrottlerRequest } from '@nestjs/throttler';
import type { Request, Response } from 'express';
import { isPublic, requestContext } from '#observability';
import { GatewayError } from '#wire';
import { dialectOf } from '../edge/dialect-of.js';
import { limitHeaders } from './limit-headers.js';

/** Requests a minute: by client address, by key, and all together. Refusals and headers are in the caller's dialect. */
@Injectable()
export class LimitsGuard extends ThrottlerGuard {
  protected override async shouldSkip(context: ExecutionContext): Promise<boolean> {
    return isPublic(context);
  }

  /** The package's own, with its hits told in the vendors' headers; of several limits the last is told. */
  protected override async handleRequest({ context, limit, ttl, throttler, getTracker }: ThrottlerRequest): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    const response = context.switchToHttp().getResponse<Response>();
    const tracker = await getTracker(request, context);
    const name = throttler.name ?? 'default';
    const hit = await this.storageService.increment(`${name}:${tracker}`, ttl, limit, ttl, name);
    const remaining = Math.max(0, limit - hit.totalHits);
    const headers = limitHeaders(dialectOf(request), { limit, remaining, resetSeconds: hit.timeToExpire });
    for (const header in headers) response.setHeader(header, headers[header] ?? '');
    if (!hit.isBlocked) return true;
    requestContext.getStore()?.annotate({ throttledBy: name });
    await this.throwThrottlingException(context, { ...hit, limit, ttl, tracker, key: tracker });
    return false;
  }

  protected override async throwThrottlingException(_context: ExecutionContext, detail: ThrottlerLimitDetail): Promise<void> {
    throw new GatewayError('rate_limited', `Too many requests: the limit is ${detail.limit} a minute`, {
      retryAfterSeconds: Math.max(1, detail.timeToBlockExpire),
    });
  }
}
