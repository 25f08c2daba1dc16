import { type DynamicModule, type MiddlewareConsumer, Module, type NestModule } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import type { Logger } from 'pino';
import { type Config, ConfigModule, type DurableConfig } from '#config';
import { JobsModule } from '#jobs';
import {
  correlationIdFrom,
  LoggerModule,
  newRequestId,
  ObservabilityModule,
  RequestContext,
  requestContext,
} from '#observability';

/** The worker's whole graph: the API less its HTTP, and in its place the queue. */
@Module({})
export class WorkerModule implements NestModule {
  static forRoot(config: Config, durable: DurableConfig, logger: Logger): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        ConfigModule.forRoot(config),
        LoggerModule.forRoot(logger),
        ObservabilityModule.forRoot('worker'),
        JobsModule.forWorker(durable),
      ],
    };
  }

  /** Health is all that is served here. */
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(giveContext).forRoutes('{*path}');
  }
}

function giveContext(request: Request, response: Response, next: NextFunction): void {
  const requestId = newRequestId();
  const context = new RequestContext(correlationIdFrom(request.headers['x-correlation-id']) ?? requestId, requestId);
  response.setHeader('x-correlation-id', context.correlationId);
  requestContext.run(context, next);
}
