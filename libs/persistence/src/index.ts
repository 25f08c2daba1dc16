export { PersistenceModule } from './persistence.module.js';
export { createDatabaseClient, type DatabaseClient, type DatabaseOptions } from './supabase-client.js';
export { DatabaseProbe } from './database-probe.js';
export { JobRepository, type JobEnd, type NewJob } from './job.repository.js';
export * from './job-rows.js';
export { UsageRepository, type UsageBatch } from './usage.repository.js';
export * from './usage-rows.js';
export { WorkerHeartbeatRepository } from './worker-heartbeat.repository.js';
export type { WorkerRow } from './worker-row.js';
