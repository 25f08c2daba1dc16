import { type ExecutionContext, Injectable } from '@nestjs/common';
import { ThrottlerGuard, type ThrottlerLimitDetail } from '@nestjs/throttler';
import { isPublicKey } from '#observability';
import { GatewayError } from '#wire';

/** Requests a minute, by client address and all together; the refusal is in the caller's dialect. */
@Injectable()
export class LimitsGuard extends ThrottlerGuard {
  protected override async shouldSkip(context: ExecutionContext): Promise<boolean> {
    return this.reflector.getAllAndOverride<boolean>(isPublicKey, [context.getHandler(), context.getClass()]);
  }

  protected override async throwThrottlingException(_context: ExecutionContext, detail: ThrottlerLimitDetail): Promise<void> {
    throw new GatewayError('rate_limited', `Too many requests: the limit is ${detail.limit} a minute`, {
      retryAfterSeconds: Math.max(1, detail.timeToBlockExpire),
    });
  }
}
