import { type ExecutionContext, Injectable } from '@nestjs/common';
import { ThrottlerGuard, type ThrottlerLimitDetail } from '@nestjs/throttler';
import type { Request, Response } from 'express';
import { isPublic, requestContext } from '#observability';
import { GatewayError } from '#wire';
import { dialectOf } from '../edge/dialect-of.js';
import { type ActiveLimit, activeLimits, addressTrackers, callerTrackers } from './active-limits.js';
import { CounterStorage } from './counter-storage.js';
import type { Counters } from './counters.js';
import { limitHeaders } from './limit-headers.js';

interface CountedLimit extends ActiveLimit {
  readonly counters: Counters;
}

/**
 * Requests a minute. Refusals and headers are in the caller's dialect; of several limits the last that is told stays.
 * The package's own way through a request looks for decorators five times a limit, measured at 45 µs of CPU; there are none
 * here, so each limit is one count.
 */
abstract class LimitsGuard extends ThrottlerGuard {
  protected abstract readonly trackers: typeof addressTrackers;
  private limits: readonly CountedLimit[] = [];

  override async onModuleInit(): Promise<void> {
    await super.onModuleInit();
    const storage = this.storageService;
    if (!(storage instanceof CounterStorage)) throw new Error('requests are counted in a CounterStorage');
    this.limits = activeLimits(this.throttlers, this.trackers).map((limit) => ({
      ...limit,
      counters: storage.countersOf(limit.name),
    }));
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.limits.length === 0 || isPublic(context)) return true;
    const request = context.switchToHttp().getRequest<Request>();
    const response = context.switchToHttp().getResponse<Response>();
    for (const { name, limit, ttlMs, tracker, told, counters } of this.limits) {
      const hit = counters.hit(tracker(request), ttlMs, limit);
      if (hit.isBlocked || told) {
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

/** By client address. Before the key is looked at: floods without one cost an address, and nothing of anybody else's. */
@Injectable()
export class AddressLimitsGuard extends LimitsGuard {
  protected override readonly trackers = addressTrackers;
}

/** By key, and all together. After {@link ApiKeyGuard}. */
@Injectable()
export class CallerLimitsGuard extends LimitsGuard {
  protected override readonly trackers = callerTrackers;
}
