import { GatewayError } from '#wire';
import { causeOf, dataOf } from './database-failure.js';
import type { DatabaseClient } from './supabase-client.js';

/** For health checks. */
export class DatabaseProbe {
  constructor(private readonly client: DatabaseClient) {}

  /**
   * Returns when the database answers, the key is good and all migrations that this release knows are applied.
   *
   * @throws GatewayError `unavailable`; also when `signal` ends the wait.
   */
  async ping(signal: AbortSignal): Promise<void> {
    // The newest migration's own function, which no database has before it.
    const answer = await this.client.rpc('schema_20261122040000').abortSignal(signal);
    if (answer.error?.code === 'PGRST202') {
      throw new GatewayError('unavailable', 'The database lacks migrations: run infra/scripts/migrate.sh', {
        cause: causeOf(answer.error, answer.status),
      });
    }
    dataOf(answer, 'No ping');
  }
}
