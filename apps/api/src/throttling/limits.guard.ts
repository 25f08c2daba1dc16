import { type ExecutionContext, Injectable } from '@nestjs/common';
import { ThrottlerGuard, type ThrottlerLimitDetail } from '@nestjs/throttler';
import type { Request, Response } from 'express';
import { isPublic, requestContext } from '#observability';
import { GatewayError } from '#wire';
import { dialectOf } from '../edge/dialect-of.js';
import { CounterStorage } from './counter-storage.js';
import { limitHeaders } from './limit-headers.js';
import { type ActiveLimit, activeLimits } from './active-limits.js';

/**
 * Requests a minute: by client address, by key, and all together. Refusals and headers are in the caller's dialect.
 * The package's own way through a request looks for decorators five times a limit, measured at 45 µs of CPU; there are none
 * here, so each limit is one count.
 */
@Injectable()
export class LimitsGuard extends ThrottlerGuard {
  private limits: readonly ActiveLimit[] = [];
  private counters: CounterStorage | undefined;

  override async onModuleInit(): Promise<void> {
    await super.onModuleInit();
    this.limits = activeLimits(this.throttlers);
    if (!(this.storageService instanceof CounterStorage)) throw new Error('requests are counted in a CounterStorage');
    this.counters = this.storageService;
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const { counters, limits } = this;
    if (counters === undefined || limits.length === 0 || isPublic(context)) return true;
    const request = context.switchToHttp().getRequest<Request>();
    const response = context.switchToHttp().getResponse<Response>();
    for (const [index, { name, limit, ttlMs, tracker }] of limits.entries()) {
      const hit = counters.hit(`${name}:${tracker(request)}`, ttlMs, limit);
      // Of several limits the last is told: the key's, which a client can do something about.
      if (hit.isBlocked || index === limits.length - 1) {
        const state = { limit, remaining: Math.max(0, limit - hit.totalHits), resetSeconds: hit.timeToExpire };
        const headers = limitHeaders(dialectOf(request), state);
        for (const header in headers) response.setHeader(header, headers[header] ?? '');
      }
      if (!hit.isBlocked) continue;
      requestContext.getStore()?.annotate({ throttledBy: name });
      await this.throwThrottlingException(context, { ...hit, limit, ttl: ttlMs, tracker: name, key: name });
    }
    return true;
  }

  protected override async throwThrottlingException(
    _context: ExecutionContext,
    detail: ThrottlerLimitDetail,
  ): Promise<void> {
    throw new GatewayError('rate_limited', `Too many requests: the limit is ${detail.limit} a minute`, {
      retryAfterSeconds: Math.max(1, detail.timeToBlockExpire),
    });
  }
}
