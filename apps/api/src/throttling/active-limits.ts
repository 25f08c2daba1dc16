import type { ThrottlerOptions } from '@nestjs/throttler';
import type { Request } from 'express';
import { presentedKey } from '../edge/presented-key.js';

export interface ActiveLimit {
  readonly name: string;
  readonly limit: number;
  readonly ttlMs: number;
  readonly tracker: (request: Request) => string;
}

/** Whose requests are counted together, by the limit's name. */
const trackers: Readonly<Record<string, (request: Request) => string>> = {
  global: () => 'all',
  ip: (request) => request.ip ?? 'unknown',
  key: (request) => presentedKey(request)?.fingerprint ?? 'anonymous',
};

/** The configured limits that limit something, in their order. */
export function activeLimits(throttlers: readonly ThrottlerOptions[]): ActiveLimit[] {
  return throttlers.flatMap(({ name = '', limit, ttl }) => {
    const tracker = trackers[name];
    if (tracker === undefined || typeof limit !== 'number' || typeof ttl !== 'number' || limit === 0) return [];
    return [{ name, limit, ttlMs: ttl, tracker }];
  });
}
