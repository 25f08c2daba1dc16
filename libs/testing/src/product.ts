import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Simulator, startSimulator } from '#providers/simulator';
import { EmbeddedCloud } from './embedded-cloud.js';
import { freePort } from './free-port.js';
import { TestProcess } from './test-process.js';

export interface ProductOptions {
  /** With SQS, Supabase and this many workers; without it the API alone, serving sync and stream. */
  readonly workers?: number;
  /** For the API and the workers, over what the harness sets; a function is given the simulator's URL. */
  readonly env?: Environment | ((upstream: string) => Environment);
}

type Environment = Readonly<Record<string, string>>;

/** The product as an operator runs it: whole processes over real wires, with the simulator as upstream. */
export class Product {
  readonly key = 'test-key-0123456789abcdef0123456789abcdef';
  readonly workers: TestProcess[] = [];
  /** Of their health, in the order of `workers`. */
  readonly workerUrls: string[] = [];

  private constructor(
    readonly url: string,
    readonly simulator: Simulator,
    readonly cloud: EmbeddedCloud | undefined,
    private readonly dataDir: string,
    private readonly env: Readonly<Record<string, string>>,
    private apiProcess: TestProcess | undefined,
  ) {}

  static async start(options: ProductOptions = {}): Promise<Product> {
    const dataDir = await mkdtemp(join(tmpdir(), 'claude-proxy-'));
    const cloud = options.workers === undefined ? undefined : await EmbeddedCloud.start(dataDir);
    const simulator = await startSimulator();
    const port = await freePort();
    const product = new Product(
      `http://127.0.0.1:${port}`,
      simulator,
      cloud,
      dataDir,
      {
        NODE_ENV: 'test',
        PORT: String(port),
        ANTHROPIC_API_KEY: 'simulator-key',
        ANTHROPIC_BASE_URL: simulator.url,
        THROTTLE_IP_PER_MINUTE: '0',
        ...cloud?.env,
        ...(typeof options.env === 'function' ? options.env(simulator.url) : options.env),
      },
      undefined,
    );
    const started = await Promise.allSettled([
      product.startApi(),
      ...Array.from({ length: options.workers ?? 0 }, async () => product.startWorker()),
    ]);
    const failure = started.find((start) => start.status === 'rejected');
    if (failure === undefined) return product;
    // Nobody is handed a product to stop.
    await product.stop('SIGKILL');
    throw failure.reason;
  }

  get api(): TestProcess {
    if (this.apiProcess === undefined) throw new Error('the API has not been started');
    return this.apiProcess;
  }

  /** Starts the API, again if it had ended, on the same port. */
  async startApi(env: Readonly<Record<string, string>> = {}): Promise<TestProcess> {
    this.apiProcess = TestProcess.spawn('apps/api/src/main.js', { PROXY_API_KEY: this.key, ...this.env, ...env });
    await this.apiProcess.untilAnswers(`${this.url}/health/ready`);
    return this.apiProcess;
  }

  /** One more worker, ready; its health port is in `workerUrls`. */
  async startWorker(env: Readonly<Record<string, string>> = {}): Promise<TestProcess> {
    const port = await freePort();
    const worker = TestProcess.spawn('apps/worker/src/main.js', { ...this.env, WORKER_PORT: String(port), ...env });
    this.workers.push(worker);
    this.workerUrls.push(`http://127.0.0.1:${port}`);
    await worker.untilAnswers(`http://127.0.0.1:${port}/health/ready`);
    return worker;
  }

  /** A request with the key. */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (!headers.has('x-api-key') && !headers.has('authorization')) headers.set('x-api-key', this.key);
    return fetch(`${this.url}${path}`, { ...init, headers });
  }

  async postJson(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return this.fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    // Streams that a failed test left open would hold the API until its deadline.
    await this.simulator.close();
    const ends = await Promise.allSettled([this.apiProcess, ...this.workers].map(async (child) => child?.stop(signal)));
    await this.cloud?.stop(signal);
    await rm(this.dataDir, { recursive: true, force: true, maxRetries: 3 });
    const stuck = ends.find((end) => end.status === 'rejected');
    if (stuck !== undefined) throw stuck.reason;
  }
}
