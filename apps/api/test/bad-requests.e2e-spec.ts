import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Product } from '#testing';

let product: Product;

beforeAll(async () => {
  product = await Product.start();
});
afterEach(() => product.simulator.reset());
afterAll(async () => product.stop());

const good = { model: 'claude-opus-5', max_tokens: 16, messages: [{ role: 'user', content: 'hi' }] };

interface ErrorBody {
  type: string;
  error: { type: string; message: string; details?: unknown };
  request_id: string;
}

type Body = string | Buffer<ArrayBuffer>;

async function post(body: Body, headers: Record<string, string> = {}): Promise<{ status: number; body: ErrorBody }> {
  const response = await product.fetch('/v1/messages', { method: 'POST', body, headers });
  return { status: response.status, body: (await response.json()) as ErrorBody };
}

describe('a bad request', () => {
  it.each<[string, unknown, string]>([
    ['no model', { ...good, model: undefined }, 'model'],
    ['a model that is a number', { ...good, model: 5 }, 'model'],
    ['a model of 257 characters', { ...good, model: 'm'.repeat(257) }, 'model'],
    ['a model of half a character', { ...good, model: 'm\ud800' }, 'model'],
    ['no max_tokens', { ...good, max_tokens: undefined }, 'max_tokens'],
    ['max_tokens as text', { ...good, max_tokens: '5' }, 'max_tokens'],
    ['no messages', { ...good, messages: undefined }, 'messages'],
    ['empty messages', { ...good, messages: [] }, 'messages'],
    ['an unknown role', { ...good, messages: [{ role: 'robot', content: 'hi' }] }, 'messages.0.role'],
    ['content that is a number', { ...good, messages: [{ role: 'user', content: 5 }] }, 'messages.0.content'],
    ['a block without type', { ...good, messages: [{ role: 'user', content: [{}] }] }, 'messages.0.content.0'],
    ['stream as text', { ...good, stream: 'yes' }, 'stream'],
    ['an array', [good], ''],
    ['null', null, ''],
  ])('with %s is a 400 that names the path', async (_name, body, path) => {
    const answer = await post(JSON.stringify(body));
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } });
    expect(answer.body.error.message).toContain(path);
    expect(answer.body.request_id).toMatch(/^req_/);
    expect(product.simulator.requests).toHaveLength(0);
  });

  it.each<[string, Body]>([
    ['nothing', ''],
    ['half JSON', '{"model":"secret-model","max_tok'],
    ['text that is not JSON', 'hello secret-model'],
    [
      'invalid UTF-8',
      Buffer.concat([Buffer.from('{"model":"'), Buffer.from([0xff, 0xfe, 0xc3, 0x28]), Buffer.from('"}')]),
    ],
    ['a NUL byte', '{"model":"a\u0000b"}'],
    ['100,000 open brackets', '['.repeat(100_000)],
  ])('that is %s is a 400 and is not quoted back', async (_name, body) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(answer.body.error.type).toBe('invalid_request_error');
    expect(answer.body.error.message).not.toContain('secret-model');
  });

  it('of 33 MB is a 413 in Anthropic’s shape, announced or in chunks, sent or decoded', async () => {
    const big = JSON.stringify({ ...good, messages: [{ role: 'user', content: 'x'.repeat(33 * 1024 * 1024) }] });
    const chunked = new ReadableStream({
      start(controller) {
        for (let at = 0; at < big.length; at += 1 << 20) controller.enqueue(Buffer.from(big.slice(at, at + (1 << 20))));
        controller.close();
      },
    });
    const answers = [
      await post(big),
      await product
        .fetch('/v1/messages', { method: 'POST', body: chunked, duplex: 'half' })
        .then(async (response) => ({ status: response.status, body: (await response.json()) as ErrorBody })),
      await post(gzipSync(big), { 'content-encoding': 'gzip' }),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(413);
      expect(answer.body).toMatchObject({ type: 'error', error: { type: 'request_too_large' } });
    }
  });

  it('of 31 MB is not too large', async () => {
    const big = JSON.stringify({
      ...good,
      messages: [{ role: 'user', content: `${'x'.repeat(31 * 1024 * 1024)} [[sim: text=ok]]` }],
    });
    const response = await product.fetch('/v1/messages', { method: 'POST', body: big });
    expect(response.status).toBe(200);
    expect(product.simulator.requests[0]?.body).toHaveLength(big.length);
  });

  it('may be compressed, but only as it says', async () => {
    const raw = JSON.stringify(good);
    const response = await product.fetch('/v1/messages', {
      method: 'POST',
      body: gzipSync(raw),
      headers: { 'content-encoding': 'gzip' },
    });
    expect(response.status).toBe(200);
    expect(product.simulator.requests[0]?.body.toString()).toBe(raw);
    expect(product.simulator.requests[0]?.headers['content-encoding']).toBeUndefined();
    expect((await post(raw, { 'content-encoding': 'gzip' })).status).toBe(400);
    for (const encoding of ['rot13', 'constructor', '__proto__', 'toString'])
      expect((await post(raw, { 'content-encoding': encoding })).status).toBe(415);
    expect((await product.fetch('/health/live')).status).toBe(200);
  });

  it.each([
    ['GET', '/v1/nothing', 'anthropic'],
    ['GET', '/', 'anthropic'],
    ['GET', '/docs/nothing', 'anthropic'],
    ['OPTIONS', '/v1/nothing', 'anthropic'],
    ['POST', '/v1/Messages', 'anthropic'],
    ['POST', '/v1/Chat/completions', 'anthropic'],
    ['POST', '/v1/chat/Completions', 'openai'],
    ['POST', '/v1/chat/nothing', 'openai'],
    ['GET', '/v1/responses/resp_1', 'openai'],
  ])('%s %s, which is no path, is a 404 that says so in the caller’s dialect', async (method, path, vendor) => {
    const response = await product.fetch(`${path}?secret=1`, { method });
    expect(response.status).toBe(404);
    expect(response.headers.get('allow')).toBeNull();
    const message = `Invalid URL (${method} ${path})`;
    expect(await response.json()).toEqual(
      vendor === 'openai'
        ? { error: { message, type: 'invalid_request_error', param: null, code: 'unknown_url' } }
        : { type: 'error', error: { type: 'not_found_error', message }, request_id: expect.stringMatching(/^req_/) },
    );
  });

  it.each([
    ['openai', '/v1/embeddings', 'authorization', {}],
    ['openai', '/v1/files', 'authorization', {}],
    ['anthropic', '/v1/files', 'authorization', { 'anthropic-version': '2023-06-01' }],
    ['anthropic', '/v1/files', 'x-api-key', {}],
    ['anthropic', '/v1/messages/batches', 'authorization', {}],
  ])('of a client of %s to %s, which is not served, are answered in its words', async (vendor, path, scheme, more) => {
    const key = scheme === 'x-api-key' ? product.key : `Bearer ${product.key}`;
    const response = await product.fetch(path, { method: 'POST', headers: { [scheme]: key, ...more } });
    expect(response.status).toBe(404);
    const error = { type: vendor === 'openai' ? 'invalid_request_error' : 'not_found_error' };
    expect(await response.json()).toMatchObject(vendor === 'openai' ? { error } : { type: 'error', error });
  });

  it('to an unknown path of any length is told no more than its beginning', async () => {
    const response = await product.fetch(`/v1/${'x'.repeat(5000)}`);
    expect(response.status).toBe(404);
    expect((await response.text()).length).toBeLessThan(400);
  });

  it.each([
    ['GET', '/v1/messages', 'POST', 'anthropic'],
    ['HEAD', '/v1/messages', 'POST', 'anthropic'],
    ['OPTIONS', '/v1/messages', 'POST', 'anthropic'],
    ['POST', '/api/usage', 'GET, HEAD', 'anthropic'],
    ['PUT', '/health/ready', 'GET, HEAD', 'anthropic'],
    ['POST', '/metrics', 'GET, HEAD', 'anthropic'],
    ['POST', '/docs', 'GET, HEAD', 'anthropic'],
    ['DELETE', '/openapi.json', 'GET, HEAD', 'anthropic'],
    ['DELETE', '/v1/models/a/b', 'GET, HEAD', 'anthropic'],
    ['GET', '/v1/chat/completions', 'POST', 'openai'],
    ['DELETE', '/v1/responses/', 'POST', 'openai'],
  ])('%s %s, whose path has other methods, is a 405 that says which: %s', async (method, path, allow, vendor) => {
    const response = await product.fetch(`${path}?secret=1`, { method });
    expect({ status: response.status, allow: response.headers.get('allow') }).toEqual({ status: 405, allow });
    if (method === 'HEAD') return;
    const message = `Not allowed to ${method} on ${path}: use ${allow}`;
    expect(await response.json()).toMatchObject(
      vendor === 'openai'
        ? { error: { message, type: 'invalid_request_error', code: 'method_not_supported' } }
        : { type: 'error', error: { type: 'invalid_request_error', message } },
    );
  });

  it('for a durable answer is a 503 that says it is not configured', async () => {
    for (const response of [
      await product.postJson('/api/enqueue', { request: good }),
      await product.fetch('/api/jobs/00000000-0000-4000-8000-000000000000'),
    ]) {
      expect(response.status).toBe(503);
      expect(JSON.stringify(await response.json())).toContain('not configured');
    }
  });

  it('leaves the process alive, and no 500 behind', async () => {
    expect((await product.postJson('/v1/messages', good)).status).toBe(200);
    expect(product.api.running).toBe(true);
    const statuses = product.api.logLines.map(
      (line) => (line.metadata as { response?: { statusCode?: number } })?.response?.statusCode,
    );
    expect(statuses.filter((status) => status === 500)).toEqual([]);
  });
});
