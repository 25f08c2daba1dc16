import { Injectable } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { Counters } from './counters.js';

/** The counters of each limit, apart from those of the others: a flood that one of them counts has no other forgotten. */
@Injectable()
export class CounterStorage implements ThrottlerStorage {
  private readonly limits = new Map<string, Counters>();

  async increment(
    key: string,
    ttlMs: number,
    limit: number,
    _blockMs: number,
    name: string,
  ): ReturnType<ThrottlerStorage['increment']> {
    return this.countersOf(name).hit(key, ttlMs, limit);
  }

  /** @param name the limit's */
  countersOf(name: string): Counters {
    let counters = this.limits.get(name);
    if (counters === undefined) {
      counters = new Counters();
      this.limits.set(name, counters);
    }
    return counters;
  }
}
