import type { ThrottlerOptions } from '@nestjs/throttler';
import type { Request } from 'express';
import { callerOf } from '../edge/caller-of.js';
import { countedAddress } from './counted-address.js';

export interface ActiveLimit {
  readonly name: string;
  readonly limit: number;
  readonly ttlMs: number;
  /** Whose requests are counted together. */
  readonly tracker: (request: Request) => string;
  /** Whether answers within the limit tell its state. */
  readonly told: boolean;
}

type Trackers = Readonly<Record<string, (request: Request) => string>>;

/** Counted before anybody asks for a key: who has none, or a bad one, is held by its address. */
export const addressTrackers: Trackers = { ip: (request) => countedAddress(request.ip ?? 'unknown') };

/** Counted for those with a good key alone, so that nobody without one can use up what they share. */
export const callerTrackers: Trackers = { key: (request) => callerOf(request).keyId, global: () => 'all' };

/** The configured limits that limit something and have one of the trackers, in their order. */
export function activeLimits(throttlers: readonly ThrottlerOptions[], trackers: Trackers): ActiveLimit[] {
  const active = throttlers.filter(({ limit }) => limit !== 0);
  return active.flatMap(({ name = '', limit, ttl }) => {
    const tracker = trackers[name];
    if (tracker === undefined || typeof limit !== 'number' || typeof ttl !== 'number') return [];
    // What all use up together a client can do nothing about.
    return [{ name, limit, ttlMs: ttl, tracker, told: name !== 'global' || active.length === 1 }];
  });
}
