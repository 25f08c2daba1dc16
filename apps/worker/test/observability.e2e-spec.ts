import { PurgeQueueCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from '@supabase/supabase-js';
import { Collector, type EmbeddedCloud, JobClient, metricsAt, Product, type Samples, sumOf } from '#testing';

let product: Product;
let jobs: JobClient;
let cloud: EmbeddedCloud;
let collector: Collector;

beforeAll(async () => {
  collector = await Collector.start();
  product = await Product.start({
    workers: 0,
    env: { METRICS_EMF: 'true', ...collector.env, OTEL_BSP_SCHEDULE_DELAY: '100' },
  });
  jobs = new JobClient(product);
  if (product.cloud === undefined) throw new Error('no cloud');
  cloud = product.cloud;
});
afterAll(async () => {
  await product.stop();
  await collector.stop();
});

const request = { model: 'claude-opus-5', max_tokens: 64, messages: [{ role: 'user', content: 'Say hello.' }] };

type Parts = Record<string, { status: string; message: string; runbook?: string; depth?: number }>;

/** Asks until the part says that: what it last said may be a second old, and each part is asked for itself. */
async function untilPart(
  url: string,
  part: string,
  status: string,
  message = '',
): Promise<Parts[string] & { overall: string }> {
  for (;;) {
    const health = (await (await fetch(`${url}/health`)).json()) as { status: string; details: Parts };
    const found = health.details[part];
    if (found?.status === status && found.message.includes(message)) return { ...found, overall: health.status };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

interface Problem {
  readonly part: string;
  readonly message: string;
}

/** What the API complains of, once it complains of that. */
async function untilProblem(part: string, message: string): Promise<Problem[]> {
  for (;;) {
    const { problems } = (await (await fetch(`${product.url}/health`)).json()) as { problems: Problem[] };
    if (problems.some((problem) => problem.part === part && problem.message.includes(message))) return problems;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const apiMetrics = async (): Promise<Samples> => metricsAt(`${product.url}/metrics`, product.key);

function queueClient(): SQSClient {
  const { AWS_ENDPOINT_URL_SQS: endpoint = '' } = cloud.env;
  return new SQSClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
}

async function sendToQueue(name: string, count: number): Promise<void> {
  const { SQS_QUEUE_URL: queueUrl = '' } = cloud.env;
  const client = queueClient();
  for (let sent = 0; sent < count; sent += 10) {
    const Entries = Array.from({ length: 10 }, (_, index) => ({ Id: String(index), MessageBody: '{"id":"nobody"}' }));
    await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl.replace('claude-proxy-jobs', name), Entries }));
  }
  client.destroy();
}

/** Spares the test the waiting. */
async function ageHeartbeats(seconds: number): Promise<void> {
  const { SUPABASE_URL: url = '', SUPABASE_SERVICE_ROLE_KEY: key = '' } = cloud.env;
  const beatAt = new Date(Date.now() - seconds * 1000).toISOString();
  const heartbeats = createClient(url, key).from('worker_heartbeats');
  const { data } = await heartbeats.update({ beat_at: beatAt }).neq('worker', '').select();
  expect(data).not.toHaveLength(0);
}

describe('seeded failures show by name and in a metric:', () => {
  it('no worker', async () => {
    expect(await untilPart(product.url, 'workers', 'degraded')).toMatchObject({
      overall: 'degraded',
      message: expect.stringContaining('no worker'),
      runbook: 'docs/OPERATIONAL_RUNBOOK_FULL.md#worker-heartbeat',
    });
    const samples = await apiMetrics();
    expect(sumOf(samples, 'claude_proxy_workers_live')).toBe(0);
    expect(sumOf(samples, 'claude_proxy_health_severity', { part: 'workers' })).toBe(1);
  });

  it('a backlog', async () => {
    await sendToQueue('claude-proxy-jobs', 1010);
    expect(await untilPart(product.url, 'queue', 'degraded')).toMatchObject({
      depth: 1010,
      runbook: 'docs/OPERATIONAL_RUNBOOK_FULL.md#queue-backlog',
    });
    expect(sumOf(await apiMetrics(), 'claude_proxy_queue_depth')).toBe(1010);
  });

  it('dead letters', async () => {
    await sendToQueue('claude-proxy-jobs-dlq', 10);
    expect(await untilPart(product.url, 'dead_letters', 'degraded')).toMatchObject({
      depth: 10,
      runbook: 'docs/OPERATIONAL_RUNBOOK_FULL.md#dead-letters',
    });
    expect(sumOf(await apiMetrics(), 'claude_proxy_dlq_depth')).toBe(10);
  });

  it('a queue that is away', async () => {
    await cloud.stopSqs('SIGKILL');
    expect(await untilPart(product.url, 'queue', 'down')).toMatchObject({
      overall: 'error',
      message: 'the queue cannot be read: ECONNREFUSED',
      runbook: expect.stringContaining('#queue-away'),
    });
    const samples = await apiMetrics();
    expect(sumOf(samples, 'claude_proxy_health_severity', { part: 'queue' })).toBe(2);
    expect(sumOf(samples, 'claude_proxy_queue_depth')).toBeUndefined();
    expect((await fetch(`${product.url}/health/ready`)).status).toBe(200);
    expect(await untilPart(product.url, 'dead_letters', 'degraded', 'cannot be read')).toMatchObject({
      runbook: expect.stringContaining('#queue-away'),
    });
    await cloud.startSqs();
    await untilPart(product.url, 'queue', 'degraded');
    const client = queueClient();
    await client.send(new PurgeQueueCommand({ QueueUrl: cloud.env.SQS_QUEUE_URL }));
    client.destroy();
    await untilPart(product.url, 'queue', 'up');
  });

  it('a database that is away, and the usage rows that wait for it', async () => {
    await cloud.stopSupabase('SIGKILL');
    expect((await product.postJson('/v1/messages', request)).status).toBe(200);
    expect(await untilPart(product.url, 'database', 'down')).toMatchObject({
      overall: 'error',
      message: 'the database cannot be reached or used: no connection',
      runbook: 'docs/OPERATIONAL_RUNBOOK_FULL.md#database-away',
    });
    // Nobody knows of the workers then, which is not their fault, so not their section of the runbook.
    const [worst, ...others] = await untilProblem('workers', 'the database does not answer');
    expect(worst).toMatchObject({ part: 'database', status: 'down' });
    const workers = { part: 'workers', runbook: 'docs/OPERATIONAL_RUNBOOK_FULL.md#database-away' };
    expect(others).toContainEqual(expect.objectContaining(workers));
    const samples = await apiMetrics();
    expect(sumOf(samples, 'claude_proxy_health_severity', { part: 'database' })).toBe(2);
    expect(sumOf(samples, 'claude_proxy_usage_spool_depth')).toBeGreaterThan(0);
    expect((await fetch(`${product.url}/health/ready`)).status).toBe(200);
    await cloud.startSupabase();
    await untilPart(product.url, 'database', 'up');
  });
});

describe('a worker', () => {
  it('makes itself known, runs a job within the trace of its client, and counts and logs the run', async () => {
    const worker = await product.startWorker();
    const [workerUrl = ''] = product.workerUrls;
    await untilPart(product.url, 'workers', 'up');
    await untilPart(workerUrl, 'polling', 'up');
    const { headers } = await fetch(`${workerUrl}/health/live`);
    expect(headers.get('x-correlation-id')).toMatch(/^req_[0-9a-f]{32}$/);

    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const response = await product.postJson(
      '/api/enqueue',
      { request },
      { traceparent: `00-${traceId}-00f067aa0ba902b7-01` },
    );
    const { job_id: id } = (await response.json()) as { job_id: string };
    expect((await jobs.untilFinished(id)).status).toBe('succeeded');
    await collector.until((spans) => spans.some(({ name }) => name === 'process job'));
    const ofTrace = collector.spans.filter((span) => span.traceId === traceId);
    const accepted = ofTrace.find(({ name }) => name === 'POST /api/enqueue');
    const run = ofTrace.find(({ name }) => name === 'process job');
    expect(run).toMatchObject({
      service: 'claude-proxy-worker',
      parentSpanId: accepted?.spanId,
      attributes: { 'claude_proxy.job.id': id },
    });
    await collector.until((spans) => spans.some((span) => span.parentSpanId === run?.spanId));
    expect(product.simulator.requests.at(-1)?.headers.traceparent).toContain(traceId);

    const samples = await metricsAt(`${workerUrl}/metrics`);
    expect(sumOf(samples, 'claude_proxy_job_runs_total', { outcome: 'succeeded' })).toBe(1);
    expect(sumOf(samples, 'claude_proxy_worker_heartbeats_total')).toBeGreaterThan(0);
    expect(sumOf(samples, 'claude_proxy_operations_total', { mode: 'durable', outcome: 'ended' })).toBe(1);
    await worker.untilSays('job succeeded');
    const lines = worker.logLines.filter((line) => (line.metadata as { jobId?: string } | undefined)?.jobId === id);
    expect(lines).toMatchObject([
      {
        message: 'job succeeded',
        level: 'info',
        metadata: { run: 'succeeded', attempt: 1, upstream: 'anthropic', outputTokens: expect.any(Number) },
      },
    ]);
  });

  it('that is stuck is missed', async () => {
    const [worker] = product.workers;
    worker?.signal('SIGSTOP');
    await ageHeartbeats(60);
    await untilPart(product.url, 'workers', 'degraded');
    expect(sumOf(await apiMetrics(), 'claude_proxy_workers_live')).toBe(0);
    worker?.signal('SIGCONT');
    await untilPart(product.url, 'workers', 'up');
  });

  it('writes what the CloudWatch alarms read, with their names and dimensions', async () => {
    const [worker] = product.workers;
    await worker?.stop();
    const line = worker?.logLines.findLast((entry) => '_aws' in entry);
    expect(line).toMatchObject({
      service: 'worker',
      environment: 'test',
      JobsFailed: 0,
      WorkerHeartbeat: 1,
      UsageSpoolDepth: 0,
      QueueDepth: expect.any(Number),
      DlqDepth: expect.any(Number),
    });
  });
});
