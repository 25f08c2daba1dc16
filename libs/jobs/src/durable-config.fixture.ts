import { type DurableConfig, Secret } from '#config';

/** Short leases and few attempts; where the database and the queue are, is each test's own affair. */
export const durable: DurableConfig = {
  supabaseUrl: '',
  supabaseKey: new Secret(''),
  queueUrl: '',
  region: 'us-east-1',
  concurrency: 1,
  leaseSeconds: 60,
  maxAttempts: 2,
  retention: { jobDays: 30, usageDays: 0 },
};
