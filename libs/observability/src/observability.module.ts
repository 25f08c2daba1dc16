import { Global, Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { EventLoopHealth } from './event-loop.health.js';
import { HealthController } from './health.controller.js';
import { HealthRegistry } from './health-registry.js';
import { HealthReport } from './health-report.js';
import { MemoryHealth } from './memory.health.js';
import { Readiness } from './readiness.js';

@Global()
@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [HealthRegistry, HealthReport, MemoryHealth, EventLoopHealth, Readiness],
  exports: [TerminusModule, HealthRegistry, Readiness],
})
export class ObservabilityModule {}
