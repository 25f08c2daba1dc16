import { type DynamicModule, Module } from '@nestjs/common';
import { SqsModule } from '@ssut/nestjs-sqs';
import type { DurableConfig } from '#config';
import { GatewayModule } from '#gateway';
import { JobService } from './enqueue/job.service.js';
import { PollingHealth } from './health/polling.health.js';
import { WorkersHealth } from './health/workers.health.js';
import { QueueModule } from './queue/queue.module.js';
import { JobEnding } from './run/job-ending.js';
import { JobRunMetrics } from './run/job-run-metrics.js';
import { JobRunner } from './run/job-runner.js';
import { JobWork } from './run/job-work.js';
import { Leases } from './run/leases.js';
import { RunningJobs } from './run/running-jobs.js';
import { WorkerIdentity } from './run/worker-identity.js';
import { HeldMessages } from './worker/held-messages.js';
import { jobConsumer } from './worker/job.consumer.js';
import { MessageHandler } from './worker/message-handler.js';
import { PollingModule } from './worker/polling.module.js';
import { Polling } from './worker/polling.js';
import { Retention } from './worker/retention.js';
import { WorkerHeartbeat } from './worker/worker-heartbeat.js';
import { WorkerMetrics } from './worker/worker-metrics.js';

/** Durable work, from both of its ends. */
@Module({})
export class JobsModule {
  /** Takes jobs in and tells of them. */
  static forApi(durable: DurableConfig): DynamicModule {
    return {
      module: JobsModule,
      imports: [QueueModule.forRoot(durable), GatewayModule],
      providers: [JobService, WorkersHealth],
      exports: [JobService],
    };
  }

  /** Runs jobs. */
  static forWorker(durable: DurableConfig): DynamicModule {
    const names = Array.from({ length: durable.concurrency }, (_, index) => `jobs-${index + 1}`);
    return {
      module: JobsModule,
      imports: [
        QueueModule.forRoot(durable),
        GatewayModule,
        PollingModule,
        SqsModule.registerAsync({
          imports: [PollingModule],
          inject: [Polling],
          useFactory: (polling: Polling) => ({ consumers: names.map((name) => polling.consumer(name)) }),
        }),
      ],
      providers: [
        ...names.map(jobConsumer),
        MessageHandler,
        HeldMessages,
        RunningJobs,
        JobRunner,
        JobWork,
        JobEnding,
        Leases,
        WorkerIdentity,
        WorkerHeartbeat,
        Retention,
        PollingHealth,
        WorkerMetrics,
        JobRunMetrics,
      ],
    };
  }
}
