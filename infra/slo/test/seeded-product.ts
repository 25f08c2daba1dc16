import { setTimeout as sleep } from 'node:timers/promises';
import { PurgeQueueCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createClient } from '@supabase/supabase-js';
import { type EmbeddedCloud, JobClient, Product } from '#testing';
import type { Scraped } from './scrapes.js';

/** A part of `/health`. */
export interface Part {
  readonly status: string;
  readonly message: string;
  readonly runbook?: string;
}

interface Health {
  readonly status: string;
  readonly details: Readonly<Record<string, Part>>;
}

const request = { model: 'claude-opus-5', max_tokens: 64, messages: [{ role: 'user', content: 'Say hello.' }] };

/** More than the slowest recovery takes: a breaker that opens for longer and longer, and SQS as a process of its own. */
const deadlineMs = 40_000;

/** One API and one worker in processes of their own, of which everything can be broken, and is whole again after `mend()`. */
export class SeededProduct {
  private readonly mends: (() => Promise<unknown>)[] = [];

  private constructor(
    readonly product: Product,
    readonly cloud: EmbeddedCloud,
    readonly jobs: JobClient,
  ) {}

  static async start(): Promise<SeededProduct> {
    const product = await Product.start({ workers: 1, env: { WORKER_CONCURRENCY: '1', METRICS_EMF: 'true' } });
    if (product.cloud === undefined) throw new Error('no cloud');
    const seeded = new SeededProduct(product, product.cloud, new JobClient(product));
    await seeded.untilPart('workers', 'up');
    return seeded;
  }

  get worker() {
    const worker = this.product.workers.at(-1);
    if (worker === undefined) throw new Error('no worker');
    return worker;
  }

  get processes(): [api: Scraped, worker: Scraped] {
    const { url, key, workerUrls } = this.product;
    return [
      { job: 'claude-proxy-api', url, key },
      { job: 'claude-proxy-worker', url: workerUrls.at(-1) ?? '' },
    ];
  }

  /** To be done by `mend()`, also when the test fails. */
  afterwards(mend: () => Promise<unknown>): void {
    this.mends.push(mend);
  }

  /** Rejects when something stays broken. */
  async mend(): Promise<void> {
    this.product.simulator.reset();
    for (const mend of this.mends.splice(0).toReversed()) await mend();
    for (const name of ['claude-proxy-jobs', 'claude-proxy-jobs-dlq']) {
      await this.withQueue(name, (client, QueueUrl) => client.send(new PurgeQueueCommand({ QueueUrl })));
    }
    await this.until('an upstream that answers', async () => ((await this.ask()) === 200 ? true : undefined));
    for (const { url } of this.processes) {
      await this.until('all well', async () => {
        const health = await this.health(url);
        return health.status === 'ok' ? health : undefined;
      });
    }
  }

  /** Another API in the place of the one that runs; `mend()` puts the usual one back. */
  async restartApi(env: Readonly<Record<string, string>>): Promise<void> {
    await this.product.api.stop();
    await this.product.startApi(env);
    this.replaceApiAfterwards();
  }

  replaceApiAfterwards(): void {
    this.afterwards(async () => {
      await this.product.api.stop();
      await this.product.startApi();
    });
  }

  /** Also one that is stuck; a new one tells at once that it lives. */
  replaceWorkerAfterwards(): void {
    this.afterwards(async () => {
      await this.worker.stop('SIGKILL');
      await this.product.startWorker();
    });
  }

  /** Asks until the part has that status: a report may be a second old. */
  async untilPart(part: string, status: string, { url } = this.processes[0]): Promise<Part> {
    return this.until(`${part} ${status}`, async () => {
      const found = (await this.health(url)).details[part];
      return found?.status === status ? found : undefined;
    });
  }

  /** The status of an answer that has been read to its end. */
  async ask(headers: Readonly<Record<string, string>> = {}): Promise<number> {
    const response = await this.product.postJson('/v1/messages', request, headers);
    await response.text();
    return response.status;
  }

  async askTimes(count: number, headers: Readonly<Record<string, string>> = {}): Promise<void> {
    for (let asked = 0; asked < count; asked += 1) await this.ask(headers);
  }

  /** Returns the job's id. `mend()` takes the job away, so that none is left over for another test. */
  async enqueue(): Promise<string> {
    const id = await this.jobs.enqueue(request);
    this.afterwards(async () => this.table('jobs').delete().match({ id }));
    return id;
  }

  /** Takes the worker's only place; `mend()` puts another worker in its stead. */
  async keepBusy(): Promise<void> {
    this.replaceWorkerAfterwards();
    this.product.simulator.script(() => 'delay=10m');
    await this.jobs.untilStatus(await this.enqueue(), 'running');
  }

  /** Jobs from their acceptance to their end, one after the other. */
  async runJobs(count: number): Promise<void> {
    for (let run = 0; run < count; run += 1) await this.jobs.untilFinished(await this.enqueue());
  }

  /** Messages that name no job. */
  async sendTo(name: string, count: number): Promise<void> {
    await this.withQueue(name, async (client, QueueUrl) => {
      for (let sent = 0; sent < count; sent += 10) {
        const Entries = Array.from({ length: 10 }, (_, index) => ({
          Id: String(index),
          MessageBody: '{"id":"nobody"}',
        }));
        await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      }
    });
  }

  /** Makes a row older than it is, which spares the test the waiting. */
  async age(table: string, column: string, seconds: number, like: Readonly<Record<string, string>>): Promise<void> {
    const then = new Date(Date.now() - seconds * 1000).toISOString();
    const { error, data } = await this.table(table)
      .update({ [column]: then })
      .match(like)
      .select();
    if (error !== null || data.length === 0) throw new Error(`no row of ${table} was changed: ${error?.message}`);
  }

  async health(url = this.product.url): Promise<Health> {
    return (await (await fetch(`${url}/health`)).json()) as Health;
  }

  private table(name: string) {
    const { SUPABASE_URL: url = '', SUPABASE_SERVICE_ROLE_KEY: key = '' } = this.cloud.env;
    return createClient(url, key).from(name);
  }

  private async withQueue(name: string, use: (client: SQSClient, url: string) => Promise<unknown>): Promise<void> {
    const { AWS_ENDPOINT_URL_SQS: endpoint = '', SQS_QUEUE_URL: jobsUrl = '' } = this.cloud.env;
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const client = new SQSClient({ endpoint, region: 'us-east-1', credentials });
    await use(client, jobsUrl.replace('claude-proxy-jobs', name));
    client.destroy();
  }

  private async until<Found>(what: string, look: () => Promise<Found | undefined>): Promise<Found> {
    for (const deadline = Date.now() + deadlineMs; Date.now() < deadline; await sleep(100)) {
      const found = await look();
      if (found !== undefined) return found;
    }
    throw new Error(`there is not ${what}: ${JSON.stringify(await this.health())}`);
  }
}
