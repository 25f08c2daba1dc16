import { type DynamicModule, Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import type { Logger } from 'pino';
import { type Config, CONFIG } from '#config';
import { DeferredWork } from './deferred-work.js';
import { EventLoopHealth } from './event-loop.health.js';
import { HealthController } from './health.controller.js';
import { HealthRegistry } from './health-registry.js';
import { HealthReport } from './health-report.js';
import type { ServiceName } from './logger.js';
import { LOGGER } from './logger.module.js';
import { MemoryHealth } from './memory.health.js';
import { EmbeddedMetrics } from './metrics/embedded-metrics.js';
import { HealthMetrics } from './metrics/health-metrics.js';
import { MetricRegistry } from './metrics/metric-registry.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { MetricsServer } from './metrics/metrics-server.js';
import { ProcessMetrics } from './metrics/process-metrics.js';
import { Readiness } from './readiness.js';
import { TRACES } from './traces/traces.js';
import { openTraces, TracesEnd } from './traces/tracing.js';

/** Health, metrics and traces of a process. */
@Module({})
export class ObservabilityModule {
  static forRoot(service: ServiceName): DynamicModule {
    return {
      module: ObservabilityModule,
      global: true,
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers: [HealthController, MetricsController],
      providers: [
        HealthRegistry,
        HealthReport,
        MemoryHealth,
        EventLoopHealth,
        Readiness,
        MetricRegistry,
        ProcessMetrics,
        HealthMetrics,
        EmbeddedMetrics,
        DeferredWork,
        // The worker serves its metrics on its own port, which is for operators alone.
        ...(service === 'api' ? [MetricsServer] : []),
        {
          provide: TRACES,
          inject: [CONFIG, LOGGER],
          useFactory: (config: Config, logger: Logger) => openTraces(config, service, logger),
        },
        TracesEnd,
      ],
      exports: [TerminusModule, HealthRegistry, Readiness, MetricRegistry, EmbeddedMetrics, DeferredWork, TRACES],
    };
  }
}
