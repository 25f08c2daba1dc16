import { type DynamicModule, Module } from '@nestjs/common';
import type { DurableConfig } from '#config';
import { USAGE_LEDGER } from '#gateway';
import { PersistenceModule, UsageRepository } from '#persistence';
import { DURABLE } from '../durable-config.js';
import { DatabaseHealth } from '../health/database.health.js';
import { DeadLettersHealth } from '../health/dead-letters.health.js';
import { QueueHealth } from '../health/queue.health.js';
import { QueueMetrics } from '../health/queue-metrics.js';
import { QueueState } from '../health/queue-state.js';
import { Outages } from '../outages.js';
import { JobQueue } from './job-queue.js';
import { OutboxSweeper } from './outbox-sweeper.js';
import { Outbox } from './outbox.js';

/** What the API and the workers share: rows, the way from rows to the queue, and the health of both. */
@Module({})
export class QueueModule {
  static forRoot(durable: DurableConfig): DynamicModule {
    return {
      module: QueueModule,
      global: true,
      imports: [PersistenceModule.forRoot({ url: durable.supabaseUrl, serviceRoleKey: durable.supabaseKey.reveal() })],
      providers: [
        { provide: DURABLE, useValue: durable },
        { provide: USAGE_LEDGER, useExisting: UsageRepository },
        Outages,
        JobQueue,
        Outbox,
        OutboxSweeper,
        DatabaseHealth,
        QueueState,
        QueueHealth,
        DeadLettersHealth,
        QueueMetrics,
      ],
      exports: [DURABLE, USAGE_LEDGER, Outages, JobQueue, Outbox, QueueState],
    };
  }
}
