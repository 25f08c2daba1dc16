import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { LoggerModule as PinoLoggerModule } from 'nestjs-pino';
import type { Logger } from 'pino';

/** Injection token of the process's pino logger. */
export const LOGGER = Symbol('Logger');

/**
 * Nest's own messages and ours through one pino. pino-http's middleware is not mounted: one line a request is written where the
 * answer ends, with what only the gateway knows (tokens, upstream, outcome).
 */
@Module({})
export class LoggerModule implements OnApplicationShutdown {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  static forRoot(logger: Logger): DynamicModule {
    return {
      module: LoggerModule,
      global: true,
      imports: [PinoLoggerModule.forRoot({ pinoHttp: { logger }, forRoutes: [] })],
      providers: [{ provide: LOGGER, useValue: logger }],
      exports: [LOGGER, PinoLoggerModule],
    };
  }

  /** A reader of the log that is behind gets whole lines. */
  async onApplicationShutdown(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.logger.flush(() => resolve());
    await promise;
  }
}
