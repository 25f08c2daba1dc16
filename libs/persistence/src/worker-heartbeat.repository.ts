import { dataOf } from './database-failure.js';
import type { DatabaseClient } from './supabase-client.js';
import type { WorkerRow } from './worker-row.js';

/** Which workers are alive. Failures as in `JobRepository`. */
export class WorkerHeartbeatRepository {
  constructor(private readonly client: DatabaseClient) {}

  /** `worker` must be unique to the process. */
  async beat(worker: string, version: string): Promise<void> {
    dataOf(
      await this.client.rpc('beat', { p_worker: worker, p_version: version }),
      'The heartbeat could not be stored',
    );
  }

  async live(withinSeconds: number): Promise<WorkerRow[]> {
    return dataOf(
      await this.client.rpc('live_workers', { p_within_seconds: withinSeconds }),
      'The workers could not be read',
    );
  }
}
