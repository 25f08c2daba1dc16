import type { Product } from './product.js';

export interface JobJson {
  readonly job_id: string;
  readonly status: string;
  readonly status_url: string;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly attempts: number;
  readonly metadata: unknown;
  readonly model: string;
  readonly warnings?: readonly string[];
  readonly result?: unknown;
  readonly error?: unknown;
}

const deadlineMs = 25_000;
const pollMs = 50;

/** What a client of the durable endpoints does: hands requests in and asks after them until they are done. */
export class JobClient {
  constructor(private readonly product: Product) {}

  /** Returns the job's id. Rejects when it was not accepted. */
  async enqueue(request: unknown, around: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const response = await this.product.postJson('/api/enqueue', { request, ...around });
    if (response.status !== 202) throw new Error(`not accepted: ${response.status} ${await response.text()}`);
    const { job_id: id } = (await response.json()) as JobJson;
    return id;
  }

  async find(id: string): Promise<JobJson> {
    const response = await this.product.fetch(`/api/jobs/${id}`);
    if (response.status !== 200) throw new Error(`not found: ${response.status} ${await response.text()}`);
    return (await response.json()) as JobJson;
  }

  async untilFinished(id: string): Promise<JobJson> {
    return this.until(id, ({ finished_at: finishedAt }) => finishedAt !== null);
  }

  async untilStatus(id: string, status: string): Promise<JobJson> {
    return this.until(id, (job) => job.status === status);
  }

  /** Resolves once the condition holds. Rejects after a while with the job as it is. */
  private async until(id: string, holds: (job: JobJson) => boolean): Promise<JobJson> {
    const deadline = Date.now() + deadlineMs;
    for (;;) {
      const job = await this.find(id);
      if (holds(job)) return job;
      if (Date.now() > deadline) throw new Error(`the job is still ${JSON.stringify(job)}`);
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  }
}
