import { performance } from 'node:perf_hooks';
import { Inject, Injectable } from '@nestjs/common';
import { type Config, CONFIG } from '#config';
import { EventLoopHealth } from '../event-loop.health.js';
import { MemoryHealth } from '../memory.health.js';
import { MetricRegistry } from './metric-registry.js';

/** What every process tells of itself, under the names that Prometheus' own clients use. */
@Injectable()
export class ProcessMetrics {
  private utilization = performance.eventLoopUtilization();

  constructor(
    registry: MetricRegistry,
    memory: MemoryHealth,
    eventLoop: EventLoopHealth,
    @Inject(CONFIG) config: Config,
  ) {
    const gauge = (name: string, help: string) => registry.gauge(name, help).of();
    const userCpu = registry.counter('process_cpu_user_seconds_total', 'CPU time spent in user code').of();
    const systemCpu = registry.counter('process_cpu_system_seconds_total', 'CPU time spent in the system').of();
    const resident = gauge('process_resident_memory_bytes', 'Resident memory');
    const heapUsed = gauge('nodejs_heap_size_used_bytes', 'Heap in use');
    const heapTotal = gauge('nodejs_heap_size_total_bytes', 'Heap in all');
    const external = gauge('nodejs_external_memory_bytes', 'Memory of buffers and other objects outside the heap');
    const lag = gauge(
      'nodejs_eventloop_lag_p99_seconds',
      'How late the event loop ran, 99th percentile of the last seconds',
    );
    const utilized = gauge(
      'nodejs_eventloop_utilization_ratio',
      'Share of the time since the last scrape in which the event loop was busy',
    );
    gauge('process_start_time_seconds', 'Start of the process, in seconds since 1970').set(
      performance.timeOrigin / 1000,
    );
    gauge('claude_proxy_memory_limit_bytes', 'Resident memory at which the health check reports down').set(
      memory.limitBytes,
    );
    registry
      .gauge('claude_proxy_build_info', 'Version and deployment', ['version', 'environment'])
      .of(config.version, config.deploymentEnvironment)
      .set(1);
    registry.onCollect(() => {
      const { user, system } = process.cpuUsage();
      userCpu.value = user / 1e6;
      systemCpu.value = system / 1e6;
      const used = process.memoryUsage();
      resident.set(used.rss);
      heapUsed.set(used.heapUsed);
      heapTotal.set(used.heapTotal);
      external.set(used.external);
      lag.set(eventLoop.lagMs / 1000);
      const now = performance.eventLoopUtilization();
      utilized.set(performance.eventLoopUtilization(now, this.utilization).utilization);
      this.utilization = now;
    });
  }
}
