import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Product } from '#testing';

interface OpenapiDocument {
  openapi: string;
  paths: Record<string, Record<string, OpenapiOperation>>;
}

interface OpenapiOperation {
  summary?: string;
  parameters?: { name: string; in: string; description?: string }[];
  requestBody?: { content: Record<string, { examples?: Record<string, { value: { stream?: boolean } }> }> };
  responses: Record<string, { description: string }>;
  security?: Record<string, unknown>[];
}

/** Without it, every model is routed. */
const routes = `
targets: [{ name: anthropic, provider: anthropic, baseUrl: "\${env:ANTHROPIC_BASE_URL}", apiKeyEnv: ANTHROPIC_API_KEY }]
routes: [{ match: claude-*, targets: [anthropic] }]
`;
let directory: string;
let product: Product;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'routes-'));
  const file = join(directory, 'routes.yaml');
  await writeFile(file, routes);
  product = await Product.start({ workers: 0, env: { GATEWAY_CONFIG: file } });
});
afterAll(async () => {
  await product.stop();
  await rm(directory, { recursive: true });
});

async function document(): Promise<OpenapiDocument> {
  return (await (await fetch(`${product.url}/openapi.json`)).json()) as OpenapiDocument;
}

describe('the API’s own documentation', () => {
  it('is OpenAPI 3.1 of every endpoint, readable without a key', async () => {
    const { openapi, paths } = await document();
    expect(openapi).toBe('3.1.0');
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining([
        '/v1/messages',
        '/v1/messages/count_tokens',
        '/v1/complete',
        '/v1/chat/completions',
        '/v1/responses',
        '/v1/completions',
        '/v1/models',
        '/v1/models/{id}',
        '/api/enqueue',
        '/api/jobs/{id}',
        '/health',
        '/health/live',
        '/health/ready',
      ]),
    );
    const undocumented = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([, { summary }]) => summary === undefined || summary === '')
        .map(([method]) => `${method} ${path}`),
    );
    expect(undocumented).toEqual([]);
  });

  it('names every part of a path and every parameter that an endpoint reads', async () => {
    const { paths } = await document();
    const parameters = Object.entries(paths).flatMap(([path, { get, post }]) =>
      ((get ?? post)?.parameters ?? []).map((parameter) => ({ path, ...parameter })),
    );
    for (const { path, name, description } of parameters)
      expect({ path, name, description }).toEqual({ path, name, description: expect.stringMatching(/\w/) });
    expect(parameters.map((parameter) => `${parameter.path} ${parameter.in} ${parameter.name}`).toSorted()).toEqual([
      '/api/enqueue header idempotency-key',
      '/api/jobs/{id} path id',
      '/api/usage query format',
      '/api/usage query from',
      '/api/usage query group_by',
      '/api/usage query to',
      '/v1/models query after_id',
      '/v1/models query before_id',
      '/v1/models query limit',
      '/v1/models/{id} path id',
    ]);
  });

  it('is a page for people', async () => {
    const response = await fetch(`${product.url}/docs`);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('Claude Proxy API');
    // Over plain HTTP the browser would ask for the page's scripts by HTTPS, which nobody serves there.
    expect(response.headers.get('content-security-policy')).toMatch(/script-src 'self'/);
    expect(response.headers.get('content-security-policy')).not.toContain('upgrade-insecure-requests');
  });

  it('has examples that work as they stand', async () => {
    const { paths } = await document();
    const examples = Object.entries(paths).flatMap(([path, { post }]) =>
      Object.values(post?.requestBody?.content['application/json']?.examples ?? {}).map(({ value }) => ({
        path,
        value,
        post,
      })),
    );
    expect(examples.length).toBeGreaterThan(10);
    for (const { path, value, post } of examples) {
      const response = await product.postJson(path, value);
      const text = await response.text();
      expect({ path, status: response.status, text }).toMatchObject({ status: expect.any(Number) });
      expect(Object.keys(post?.responses ?? {})).toContain(String(response.status));
      expect(response.ok).toBe(true);
      expect(response.headers.get('content-type')).toMatch(
        value.stream === true ? /^text\/event-stream/ : /^application\/json/,
      );
    }
  });
});

/** As the document names it: `get /v1/models/{id}`. */
type Endpoint = `${'get' | 'post'} ${string}`;

/** The statuses of each endpoint, as they come. */
class SeenStatuses {
  private readonly seen = new Map<Endpoint, Set<number>>();

  /** Reads the answer to its end. */
  async note(endpoint: Endpoint, answer: Promise<Response>): Promise<void> {
    const response = await answer;
    await response.arrayBuffer();
    this.seen.set(endpoint, (this.seen.get(endpoint) ?? new Set()).add(response.status));
  }

  of(endpoint: Endpoint): number[] {
    return [...(this.seen.get(endpoint) ?? [])].toSorted((one, other) => one - other);
  }
}

/** The statuses that the document names for an endpoint, each with words. */
async function documented(endpoint: Endpoint): Promise<number[]> {
  const [method, path] = endpoint.split(' ') as ['get' | 'post', string];
  const { responses = {} } = (await document()).paths[path]?.[method] ?? {};
  for (const { description } of Object.values(responses)) expect(description).toMatch(/\w/);
  return Object.keys(responses)
    .filter((status) => status !== 'default')
    .map(Number)
    .toSorted((one, other) => one - other);
}

describe('the statuses that the documentation names', () => {
  const user = [{ role: 'user', content: 'hi' }];
  const bodies = {
    '/v1/messages': { model: 'claude-opus-5', max_tokens: 16, messages: user },
    '/v1/messages/count_tokens': { model: 'claude-opus-5', messages: user },
    '/v1/complete': { model: 'claude-opus-5', max_tokens_to_sample: 16, prompt: '\n\nHuman: hi\n\nAssistant:' },
    '/v1/chat/completions': { model: 'claude-opus-5', messages: user },
    '/v1/responses': { model: 'claude-opus-5', input: 'hi' },
    '/v1/completions': { model: 'claude-opus-5', prompt: 'hi' },
  } as const;
  /** An upstream's, by status and error type. */
  const refusals = [
    [401, 'authentication_error'],
    [402, 'billing_error'],
    [403, 'policy_blocked'],
    [404, 'not_found_error'],
    [409, 'conflict_error'],
    [429, 'rate_limit_error'],
    [500, 'api_error'],
    [501, 'not_supported'],
    [503, 'api_error'],
    [504, 'timeout_error'],
    [529, 'overloaded_error'],
  ] as const;
  const seen = new SeenStatuses();
  /** Without durable requests, with hardly any memory, and with one request a minute from an address. */
  let poor: Product;

  beforeAll(async () => {
    poor = await Product.start({
      env: {
        THROTTLE_IP_PER_MINUTE: '1',
        TRUST_PROXY: '1',
        HEALTH_MEMORY_LIMIT_MB: '1',
        SHUTDOWN_DELAY_SECONDS: '5',
      },
    });
  });
  afterAll(async () => poor.stop('SIGKILL'));

  /** The answer to the second request of an address, which is one too many. */
  async function throttled(path: string, method: string): Promise<Response> {
    const init = { method, headers: { 'x-forwarded-for': '10.0.0.1' } };
    await (await poor.fetch('/v1/models', { headers: init.headers })).text();
    return poor.fetch(path, init);
  }

  it.each(Object.entries(bodies))('are those that come from POST %s', async (path, body) => {
    const endpoint: Endpoint = `post ${path}`;
    const { simulator } = product;
    const note = async (answer: Promise<Response>): Promise<void> => seen.note(endpoint, answer);
    await note(product.postJson(path, body));
    await note(product.postJson(path, {}));
    await note(fetch(product.url + path, { method: 'POST' }));
    await note(product.fetch(path, { method: 'POST', body: Buffer.alloc(33 * 1024 * 1024) }));
    await note(product.postJson(path, body, { 'content-encoding': 'rot13' }));
    await note(throttled(path, 'POST'));
    for (const [status, type] of refusals) {
      const headers = { 'x-should-retry': 'false' };
      const refusal = JSON.stringify({ type: 'error', error: { type, message: 'No.' } });
      simulator.script(() => ({ raw: { status, headers, body: refusal } }));
      await note(product.postJson(path, body));
      simulator.reset();
      // Many failures in a row would have the upstream spared.
      await note(product.postJson(path, body));
    }

    expect(await documented(endpoint)).toEqual(seen.of(endpoint));
  });

  it('are those that come from the other endpoints for a key, and no others', async () => {
    const job = '/api/jobs/00000000-0000-4000-8000-000000000000';
    const key = randomUUID();
    const enqueue = { request: bodies['/v1/messages'] };
    const ask = async (endpoint: Endpoint, path: string): Promise<void> => seen.note(endpoint, product.fetch(path));
    const post = async (body: string | Buffer<ArrayBuffer>, headers: Record<string, string> = {}): Promise<void> =>
      seen.note('post /api/enqueue', product.fetch('/api/enqueue', { method: 'POST', body, headers }));

    await post(JSON.stringify(enqueue), { 'idempotency-key': key });
    await post(JSON.stringify({ ...enqueue, metadata: { other: 1 } }), { 'idempotency-key': key });
    await post('{}');
    await post(JSON.stringify({ request: { ...enqueue.request, model: 'no-such-model' } }));
    await post(Buffer.alloc(33 * 1024 * 1024));
    await post('{}', { 'content-encoding': 'rot13' });
    await seen.note('post /api/enqueue', poor.fetch('/api/enqueue', { method: 'POST' }));
    const accepted = await product.postJson('/api/enqueue', enqueue);
    await ask('get /api/jobs/{id}', ((await accepted.json()) as { status_url: string }).status_url);
    await ask('get /api/jobs/{id}', job);
    await ask('get /api/jobs/{id}', '/api/jobs/%zz');
    await ask('get /api/usage', '/api/usage');
    await ask('get /api/usage', '/api/usage?from=never');
    await ask('get /v1/models', '/v1/models');
    await ask('get /v1/models', '/v1/models?limit=0');
    await ask('get /v1/models/{id}', '/v1/models/claude-opus-5');
    await ask('get /v1/models/{id}', '/v1/models/no-such-model');
    await ask('get /v1/models/{id}', '/v1/models/%zz');
    await ask('get /metrics', '/metrics');
    await seen.note('get /api/jobs/{id}', poor.fetch(job, { headers: { 'x-forwarded-for': '10.0.0.2' } }));
    await seen.note('get /api/usage', poor.fetch('/api/usage', { headers: { 'x-forwarded-for': '10.0.0.3' } }));
    const endpoints: [Endpoint, string][] = [
      ['post /api/enqueue', '/api/enqueue'],
      ['get /api/jobs/{id}', job],
      ['get /api/usage', '/api/usage'],
      ['get /v1/models', '/v1/models'],
      ['get /v1/models/{id}', '/v1/models/claude-opus-5'],
      ['get /metrics', '/metrics'],
    ];
    const { paths } = await document();
    for (const [endpoint, path] of endpoints) {
      const [method = ''] = endpoint.split(' ');
      await seen.note(endpoint, fetch(product.url + path, { method }));
      await seen.note(endpoint, throttled(path, method));
      expect({ endpoint, statuses: await documented(endpoint) }).toEqual({ endpoint, statuses: seen.of(endpoint) });
      const { security } = paths[endpoint.slice(method.length + 1)]?.[method] ?? {};
      expect({ endpoint, security }).toEqual({ endpoint, security: expect.arrayContaining([{ bearer: [] }]) });
    }
  });

  it('leave out what is not configured', async () => {
    const { paths } = (await (await fetch(`${poor.url}/openapi.json`)).json()) as OpenapiDocument;
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/v1/messages', '/health']));
    expect(Object.keys(paths)).not.toEqual(expect.arrayContaining(['/api/enqueue']));
    expect(Object.keys(paths)).not.toEqual(expect.arrayContaining(['/api/jobs/{id}']));
  });

  it('are those that come from probes, which need no key', async () => {
    const probes = ['/health', '/health/live', '/health/ready'];
    const ask = async (path: string, from: Product): Promise<void> => seen.note(`get ${path}`, fetch(from.url + path));
    for (const path of probes) await ask(path, product);
    await ask('/health', poor);
    poor.api.signal('SIGTERM');
    while (!seen.of('get /health/ready').includes(503)) await ask('/health/ready', poor);
    await ask('/health/live', poor);
    const { paths } = await document();
    for (const path of probes) {
      expect({ path, statuses: await documented(`get ${path}`) }).toEqual({ path, statuses: seen.of(`get ${path}`) });
      expect(paths[path]?.get?.security).toBeUndefined();
    }
  });
});
