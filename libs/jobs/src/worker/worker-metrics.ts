import { Injectable } from '@nestjs/common';
import { type CounterSeries, EmbeddedMetrics, MetricRegistry } from '#observability';
import { PollingHealth } from '../health/polling.health.js';
import { QueueState } from '../health/queue-state.js';
import { RunningJobs } from '../run/running-jobs.js';

/** What the worker alone tells. */
@Injectable()
export class WorkerMetrics {
  private readonly heartbeats: CounterSeries;

  constructor(
    registry: MetricRegistry,
    embedded: EmbeddedMetrics,
    state: QueueState,
    polling: PollingHealth,
    running: RunningJobs,
  ) {
    this.heartbeats = registry
      .counter('claude_proxy_worker_heartbeats_total', 'Signs of life that the database has taken')
      .of();
    const jobsRunning = registry.gauge('claude_proxy_jobs_running', 'Jobs that this worker runs').of();
    registry.onCollect(() => jobsRunning.set(running.count));
    embedded.gauge('QueueDepth', async () => (await state.depth()).waiting);
    embedded.gauge('QueueOldestAgeSeconds', async () => (await state.oldestAgeSeconds()) ?? undefined);
    embedded.gauge('DlqDepth', () => state.deadLetters());
    embedded.gauge('WorkerHeartbeat', () => (polling.working ? 1 : undefined));
  }

  beat(): void {
    this.heartbeats.add();
  }
}
