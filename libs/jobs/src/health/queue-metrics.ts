import { Injectable } from '@nestjs/common';
import { MetricRegistry } from '#observability';
import { QueueState } from './queue-state.js';

/** Queue, jobs and workers as gauges, read at the scrape. What cannot be read is left out: 0 would be a claim. */
@Injectable()
export class QueueMetrics {
  constructor(registry: MetricRegistry, state: QueueState) {
    const depth = registry.gauge('claude_proxy_queue_depth', 'Queue messages that a worker could take').of();
    const inFlight = registry.gauge('claude_proxy_queue_in_flight', 'Queue messages taken or delayed').of();
    const dead = registry.gauge('claude_proxy_dlq_depth', 'Messages in the dead-letter queue').of();
    const age = registry
      .gauge('claude_proxy_queue_oldest_age_seconds', 'Age of the oldest waiting job; 0 where none waits')
      .of();
    const jobs = registry.gauge('claude_proxy_jobs', 'Jobs by state; finished ones of the last hour', ['status']);
    const workers = registry.gauge('claude_proxy_workers_live', 'Workers that have given a sign of life').of();
    registry.onCollect(async () => {
      const [queue, letters, counts, oldest, live] = await Promise.all([
        state.depth().catch(() => undefined),
        state.deadLetters().catch(() => undefined),
        state.jobs().catch(() => []),
        state.oldestAgeSeconds().catch(() => undefined),
        state.liveWorkers().catch(() => undefined),
      ]);
      depth.set(queue?.waiting);
      inFlight.set(queue?.hidden);
      dead.set(letters);
      age.set(oldest === null ? 0 : oldest);
      jobs.clear();
      for (const row of counts) jobs.of(row.status).set(row.jobs);
      workers.set(live?.length);
    });
  }
}
