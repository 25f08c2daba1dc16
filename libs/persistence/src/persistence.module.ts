import { type DynamicModule, Module } from '@nestjs/common';
import { DatabaseProbe } from './database-probe.js';
import { JobRepository } from './job.repository.js';
import { createDatabaseClient, type DatabaseOptions } from './supabase-client.js';
import { UsageRepository } from './usage.repository.js';
import { WorkerHeartbeatRepository } from './worker-heartbeat.repository.js';

const exported = [JobRepository, UsageRepository, WorkerHeartbeatRepository, DatabaseProbe];

/**
 * The repositories over one client, for the whole process. Where no database is configured, leave the module out and
 * inject them as `@Optional()`.
 */
@Module({})
export class PersistenceModule {
  static forRoot(options: DatabaseOptions): DynamicModule {
    const client = createDatabaseClient(options);
    return {
      module: PersistenceModule,
      global: true,
      providers: exported.map((repository) => ({ provide: repository, useFactory: () => new repository(client) })),
      exports: exported,
    };
  }
}
