import { type DynamicModule, Module } from '@nestjs/common';
import type { DurableConfig } from '#config';
import { JobsModule } from '#jobs';
import { EnqueueController } from './enqueue.controller.js';
import { JobsController } from './jobs.controller.js';

/** The durable endpoints. Loaded only where they are configured: the AWS SDK behind them takes 28 MB. */
@Module({})
export class DurableModule {
  static forRoot(durable: DurableConfig): DynamicModule {
    return {
      module: DurableModule,
      imports: [JobsModule.forApi(durable)],
      controllers: [EnqueueController, JobsController],
    };
  }
}
