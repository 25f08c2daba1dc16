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
  responses: Record<string, unknown>;
}

let product: Product;

beforeAll(async () => {
  product = await Product.start({ workers: 0 });
});
afterAll(async () => product.stop());

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
