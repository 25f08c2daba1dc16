import { Injectable } from '@nestjs/common';
import { type CounterFamily, EmbeddedMetrics, MetricRegistry } from '#observability';

/**
 * How a run of a job ended: with a result, as failed for good, to be tried again, given back at shutdown, lost to another worker,
 * or without its end being stored.
 */
export type RunEnding = 'succeeded' | 'failed' | 'retried' | 'returned' | 'lost' | 'unsettled';

@Injectable()
export class JobRunMetrics {
  private readonly runs: CounterFamily;
  private readonly jobsFailed: () => void;

  constructor(registry: MetricRegistry, embedded: EmbeddedMetrics) {
    this.runs = registry.counter('claude_proxy_job_runs_total', 'Runs of jobs, by how they ended', ['outcome']);
    // An alert on a rise needs a line before the first one.
    for (const ending of ['succeeded', 'failed'] as const) this.runs.of(ending);
    this.jobsFailed = embedded.counter('JobsFailed');
  }

  ended(ending: RunEnding): void {
    this.runs.of(ending).add();
    if (ending === 'failed') this.jobsFailed();
  }
}
