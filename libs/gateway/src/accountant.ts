import { setTimeout as sleep } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  Optional,
} from '@nestjs/common';
import { type Config, CONFIG } from '#config';
import { DeferredWork, requestContext } from '#observability';
import { CurrentPrices } from './account/current-prices.js';
import { usageRowsOf } from './account/usage-rows-of.js';
import { UsageSpool } from './account/usage-spool.js';
import type { Caller } from './caller.js';
import type { InferenceRequest } from './inference-request.js';
import { Operation } from './operation.js';
import type { OperationRecord } from './operation-record.js';
import { OperationTelemetry } from './telemetry/operation-telemetry.js';

/** What the last rows get even where open answers have used the deadline up. */
const leastClosingMs = 3000;

/**
 * Opens an account for every operation and files it when it is settled: ended, failed and aborted alike. Rows go to the spool,
 * which there is where a database is configured; a job's rows are stored together with its result.
 */
@Injectable()
export class Accountant implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  private openOperations = 0;
  private deadlineMs = 0;

  constructor(
    private readonly prices: CurrentPrices,
    @Inject(CONFIG) private readonly config: Config,
    private readonly telemetry: OperationTelemetry,
    private readonly deferred: DeferredWork,
    @Optional() private readonly spool?: UsageSpool,
  ) {}

  open(request: InferenceRequest, caller: Caller): Operation {
    const context = requestContext.getStore();
    const prices = this.prices.now;
    const trace = this.telemetry.begin(request);
    const file = (record: OperationRecord, endedMs: number): void => {
      this.openOperations -= 1;
      try {
        // The row first: nothing that fails in telling of an operation may cost its account.
        if (request.account === undefined) this.spool?.add(usageRowsOf(record));
        else request.account(record);
        this.telemetry.settled(record, context);
        trace?.end(record, endedMs);
      } finally {
        context?.settled();
      }
    };
    const settle = (record: OperationRecord): void => {
      const endedMs = performance.now();
      // A job's account is stored with its result, which is next.
      if (request.account !== undefined) file(record, endedMs);
      else this.deferred.add(record.correlationId, () => file(record, endedMs));
    };
    context?.opened();
    this.openOperations += 1;
    return new Operation(request, caller, prices, settle, trace);
  }

  onApplicationBootstrap(): void {
    this.spool?.start();
  }

  onModuleDestroy(): void {
    this.deadlineMs = performance.now() + this.config.shutdownDelayMs + this.config.shutdownDeadlineMs;
  }

  async onApplicationShutdown(): Promise<void> {
    const deadlineMs = Math.max(this.deadlineMs, performance.now() + leastClosingMs);
    // The connections are closed by now, and what they carried settles in a moment.
    this.deferred.flush();
    while (this.openOperations > 0 && performance.now() < deadlineMs - leastClosingMs / 2) {
      await sleep(10);
      this.deferred.flush();
    }
    await this.spool?.close(deadlineMs - performance.now());
  }
}
