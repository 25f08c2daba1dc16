import { type DynamicModule, type MiddlewareConsumer, Module, type NestModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import type { Logger } from 'pino';
import { type Config, ConfigModule } from '#config';
import { GatewayModule } from '#gateway';
import { JobsModule } from '#jobs';
import { LoggerModule, ObservabilityModule } from '#observability';
import { EnqueueController } from './durable/enqueue.controller.js';
import { JobsController } from './durable/jobs.controller.js';
import { NotConfiguredController } from './durable/not-configured.controller.js';
import { ApiKeyGuard } from './edge/api-key.guard.js';
import { Drain } from './edge/drain.js';
import { ErrorsFilter } from './edge/errors.filter.js';
import { RequestContextMiddleware } from './edge/request-context.middleware.js';
import { InferenceHandler } from './inference/inference.handler.js';
import { AnthropicController } from './inference/anthropic.controller.js';
import { OpenaiController } from './inference/openai.controller.js';
import { LimitsGuard } from './throttling/limits.guard.js';
import { ThrottlingModule } from './throttling/throttling.module.js';

/** The API's whole graph on one page. */
@Module({})
export class AppModule implements NestModule {
  static forRoot(config: Config, logger: Logger): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(config),
        LoggerModule.forRoot(logger),
        ObservabilityModule,
        ThrottlingModule,
        GatewayModule,
        ...(config.durable === undefined ? [] : [JobsModule.forApi(config.durable)]),
      ],
      controllers: [
        AnthropicController, OpenaiController,
        ...(config.durable === undefined ? [NotConfiguredController] : [EnqueueController, JobsController]),
      ],
      providers: [
        InferenceHandler,
        Drain,
        { provide: APP_GUARD, useClass: LimitsGuard },
        { provide: APP_GUARD, useClass: ApiKeyGuard },
        { provide: APP_FILTER, useClass: ErrorsFilter },
      ],
    };
  }

  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(RequestContextMiddleware).forRoutes('{*path}');
  }
}
