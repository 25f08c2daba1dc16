import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { repeat, type Repetition } from '../repeat.js';
import { Outbox } from './outbox.js';

const sweepEveryMs = 5000;

/** Runs in every API and worker replica: rows are claimed, so that two never send the same. */
@Injectable()
export class OutboxSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private sweeping: Repetition | undefined;

  constructor(private readonly outbox: Outbox) {}

  onApplicationBootstrap(): void {
    this.sweeping = repeat(sweepEveryMs, async (signal) => {
      while (!signal.aborted && (await this.outbox.sweep()));
    });
  }

  /** A sweep that is cut off here leaves claims behind, which run out. */
  onModuleDestroy(): void {
    void this.sweeping?.stop();
  }
}
