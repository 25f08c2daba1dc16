import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import type { Logger } from 'pino';
import { type Config, ConfigModule } from '#config';
import { GatewayModule } from '#gateway';
import { LoggerModule, ObservabilityModule, RequestLog } from '#observability';
import { NotConfiguredController } from './durable/not-configured.controller.js';
import { ApiKeyGuard } from './edge/api-key.guard.js';
import { Drain } from './edge/drain.js';
import { ErrorsFilter } from './edge/errors.filter.js';
import { RequestContextMiddleware } from './edge/request-context.middleware.js';
import { RequestMetrics } from './edge/request-metrics.js';
import { InferenceHandler } from './inference/inference.handler.js';
import { AnthropicController } from './inference/anthropic.controller.js';
import { OpenaiController } from './inference/openai.controller.js';
import { ModelsController } from './inference/models.controller.js';
import { UsageController } from './usage/usage.controller.js';
import { AddressLimitsGuard, CallerLimitsGuard } from './throttling/limits.guard.js';
import { ThrottlingModule } from './throttling/throttling.module.js';

/** The API's whole graph on one page. */
@Module({})
export class AppModule {
  static async forRoot(config: Config, logger: Logger): Promise<DynamicModule> {
    const { durable } = config;
    const durableModule = durable && (await import('./durable/durable.module.js')).DurableModule.forRoot(durable);
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(config),
        LoggerModule.forRoot(logger),
        ObservabilityModule.forRoot('api'),
        ThrottlingModule,
        GatewayModule,
        ...(durableModule === undefined ? [] : [durableModule]),
      ],
      controllers: [
        AnthropicController,
        OpenaiController,
        ModelsController,
        UsageController,
        ...(durable === undefined ? [NotConfiguredController] : []),
      ],
      providers: [
        InferenceHandler,
        RequestContextMiddleware,
        RequestLog,
        Drain,
        RequestMetrics,
        { provide: APP_GUARD, useClass: AddressLimitsGuard },
        { provide: APP_GUARD, useClass: ApiKeyGuard },
        { provide: APP_GUARD, useClass: CallerLimitsGuard },
        { provide: APP_FILTER, useClass: ErrorsFilter },
      ],
    };
  }
}
