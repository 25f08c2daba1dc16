import { dataOf } from './database-failure.js';
import type { DatabaseClient } from './supabase-client.js';

/** For health checks. */
export class DatabaseProbe {
  constructor(private readonly client: DatabaseClient) {}

  /**
   * Returns when the database answers, the key is good and the migrations are applied.
   *
   * @throws GatewayError `unavailable`; also when `signal` ends the wait.
   */
  async ping(signal: AbortSignal): Promise<void> {
    dataOf(await this.client.rpc('ping').abortSignal(signal), 'No ping');
  }
}
