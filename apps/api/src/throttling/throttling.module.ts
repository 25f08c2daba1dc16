import { Module } from '@nestjs/common';
import { ThrottlerModule, type ThrottlerOptions } from '@nestjs/throttler';
import type { Request } from 'express';
import { type Config, CONFIG } from '#config';
import { presentedFingerprint } from '../edge/presented-key.js';
import { CounterStorage } from './counter-storage.js';

const minuteMs = 60_000;

@Module({
  imports: [
    ThrottlerModule.forRootAsync({
      inject: [CONFIG],
      useFactory: ({ throttle }: Config) => ({
        storage: new CounterStorage(),
        // The key's limit last, so that it is the one that the headers tell.
        throttlers: [
          ...limiter('global', throttle.globalPerMinute, () => 'all'),
          ...limiter('ip', throttle.ipPerMinute, (request) => request.ip ?? 'unknown'),
          ...limiter('key', throttle.keyPerMinute, presentedFingerprint),
        ],
      }),
    }),
  ],
  exports: [ThrottlerModule],
})
export class ThrottlingModule {}

/** None where there is no limit: the package looks into each of them for every request. */
function limiter(name: string, limit: number, tracker: (request: Request) => string): ThrottlerOptions[] {
  if (limit === 0) return [];
  return [{ name, limit, ttl: minuteMs, getTracker: async (request) => tracker(request as Request) }];
}
