import { startSqsServer } from '../local/sqs-server.js';
import { localServiceRoleKey } from '../local/supabase-keys.js';
import { startSupabaseServer } from '../local/supabase-server.js';

/** The embedded SQS and Supabase, in memory: a program of its own, which says what others must know of it. */
const sqs = await startSqsServer({ port: 0 });
const supabase = await startSupabaseServer({ port: 0 });
process.send?.({
  SUPABASE_URL: supabase.url,
  SUPABASE_SERVICE_ROLE_KEY: localServiceRoleKey,
  SQS_QUEUE_URL: sqs.queueUrl,
  SQS_DLQ_URL: sqs.dlqUrl,
  AWS_REGION: sqs.region,
  AWS_ENDPOINT_URL_SQS: sqs.endpoint,
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
});
process.once('disconnect', () => process.exit(0));
