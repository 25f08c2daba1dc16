import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { DatabaseProbe } from '#persistence';
import { Outages } from '../outages.js';

const probeTimeoutMs = 2000;

/**
 * Closed while the database is away: a message received then could not be leased, and each receiving counts towards the
 * dead-letter queue.
 */
@Injectable()
export class DatabaseGate implements OnModuleDestroy {
  private readonly stopping = new AbortController();
  private opening: Promise<void> | undefined;

  constructor(
    private readonly probe: DatabaseProbe,
    private readonly outages: Outages,
  ) {}

  /** Resolves when the database answers, or when the process stops. */
  async open(): Promise<void> {
    await this.opening;
  }

  /** After a call that failed; it opens by itself. */
  close(failure: unknown): void {
    if (this.stopping.signal.aborted) return;
    this.outages.database.begins(failure);
    this.opening ??= this.reopen().finally(() => {
      this.opening = undefined;
    });
  }

  onModuleDestroy(): void {
    this.stopping.abort();
  }

  private async reopen(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await sleep(this.outages.database.retryDelayMs, undefined, { signal }).catch(() => undefined);
      try {
        await this.probe.ping(AbortSignal.timeout(probeTimeoutMs));
        this.outages.database.ends();
        return;
      } catch (error) {
        this.outages.database.begins(error);
      }
    }
  }
}
