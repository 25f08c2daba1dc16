import { Controller, Get, Header } from '@nestjs/common';
import { MetricRegistry } from './metric-registry.js';

export const metricsContentType = 'text/plain; version=0.0.4; charset=utf-8';

/** For Prometheus. Not public: where the process has a guard, the scraper sends a key. */
@Controller('metrics')
export class MetricsController {
  constructor(private readonly registry: MetricRegistry) {}

  @Get()
  @Header('content-type', metricsContentType)
  @Header('cache-control', 'no-store')
  async read(): Promise<string> {
    return this.registry.text();
  }
}
