import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { JobClient, Product } from '#testing';

let product: Product;
let jobs: JobClient;

beforeAll(async () => {
  product = await Product.start({ workers: 1 });
  jobs = new JobClient(product);
});
afterEach(() => product.simulator.reset());
afterAll(async () => product.stop());

const request = { model: 'claude-opus-5', max_tokens: 64, messages: [{ role: 'user', content: 'Say hello.' }] };

async function post(body: string | Uint8Array<ArrayBuffer>): Promise<Response> {
  return product.fetch('/api/enqueue', { method: 'POST', body });
}

describe('POST /api/enqueue', () => {
  it('answers 202 with the job and where to ask for it, and the worker answers the request', async () => {
    const accepted = await product.postJson('/api/enqueue', { request, metadata: { order: 7, tags: ['a'] } });
    expect(accepted.status).toBe(202);
    const job = (await accepted.json()) as { job_id: string; status: string; status_url: string };
    expect(job).toEqual({ job_id: job.job_id, status: 'queued', status_url: `/api/jobs/${job.job_id}` });
    expect(accepted.headers.get('location')).toBe(job.status_url);

    const finished = await jobs.untilFinished(job.job_id);
    expect(finished).toMatchObject({
      job_id: job.job_id,
      status: 'succeeded',
      attempts: 1,
      metadata: { order: 7, tags: ['a'] },
      model: 'claude-opus-5',
      result: { type: 'message', content: [{ type: 'text', text: 'Say hello.' }] },
    });
    expect(finished).not.toHaveProperty('error');
    for (const time of [finished.created_at, finished.started_at, finished.finished_at]) {
      expect(new Date(String(time)).toISOString()).toBe(time);
    }
  });

  it('sends the very bytes of the request upstream, with its headers and query', async () => {
    const raw = `{ "model":"claude-opus-5",  "max_tokens":1e2, "unknown_field":{"z":1.0,"a":"\\u0000\\u00e9"},\n"messages":[{"role":"user","content":"h\u00e9llo"}]}`;
    const accepted = await product.fetch('/api/enqueue?beta=true', {
      method: 'POST',
      headers: { 'anthropic-version': '2026-10-21', 'anthropic-beta': 'one-2026-01-01,two-2026-02-02' },
      body: `{"metadata": null, "request" :${raw} }`,
    });
    const { job_id: id } = (await accepted.json()) as { job_id: string };
    await jobs.untilFinished(id);
    const [sent] = product.simulator.requests;
    expect(sent?.body.toString('utf8')).toBe(raw);
    expect(sent?.path).toBe('/v1/messages?beta=true');
    expect(sent?.headers).toMatchObject({
      'anthropic-version': '2026-10-21',
      'anthropic-beta': 'one-2026-01-01,two-2026-02-02',
      'x-api-key': 'simulator-key',
    });
  });

  it('takes retries with one idempotency key for one job, calls the upstream once, and refuses another request', async () => {
    const headers = { 'idempotency-key': randomUUID(), 'x-stainless-retry-count': '0' };
    const enqueue = async (body: object, more = {}): Promise<Response> =>
      product.fetch('/api/enqueue', { method: 'POST', headers: { ...headers, ...more }, body: JSON.stringify(body) });

    const answers = await Promise.all([enqueue({ request }), enqueue({ request }, { 'x-stainless-retry-count': '1' })]);
    const [first, second] = await Promise.all(answers.map(async (answer) => answer.json()));
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    const { job_id: id } = first as { job_id: string };
    expect(second).toMatchObject({ job_id: id });

    await jobs.untilFinished(id);
    const late = await enqueue({ request });
    expect(late.status).toBe(202);
    expect(await late.json()).toMatchObject({ job_id: id, status: 'succeeded' });
    expect(product.simulator.requests).toHaveLength(1);

    const other = await enqueue({ request: { ...request, max_tokens: 65 } });
    expect(other.status).toBe(409);
    expect(await other.json()).toMatchObject({ error: { message: expect.stringContaining('idempotency-key') } });
  });

  it('refuses an idempotency key that is none', async () => {
    const refused = await product.fetch('/api/enqueue', {
      method: 'POST',
      headers: { 'idempotency-key': 'two words' },
      body: JSON.stringify({ request }),
    });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ error: { message: expect.stringMatching(/^idempotency-key: /) } });
  });

  it('collects the answer to a request that asks for a stream', async () => {
    const id = await jobs.enqueue({ ...request, stream: true });
    const { status, result } = await jobs.untilFinished(id);
    expect(status).toBe('succeeded');
    expect(result).toMatchObject({
      type: 'message',
      content: [{ type: 'text', text: 'Say hello.' }],
      stop_reason: 'end_turn',
    });
  });

  it('keeps an answer that holds U+0000', async () => {
    product.simulator.script({ nulInText: true });
    const { result } = await jobs.untilFinished(await jobs.enqueue(request));
    expect(JSON.stringify(result)).toContain(String.raw`\u0000`);
  });

  it('carries 30 MB there and back', async () => {
    const content = 'x'.repeat(30 * 1024 * 1024);
    product.simulator.script({ text: 'big enough' });
    const id = await jobs.enqueue({ ...request, messages: [{ role: 'user', content }] });
    const { status, result } = await jobs.untilFinished(id);
    expect({ status, result }).toMatchObject({ status: 'succeeded', result: { content: [{ text: 'big enough' }] } });
    expect(product.simulator.requests[0]?.body.length).toBeGreaterThan(30 * 1024 * 1024);
  });

  it('keeps a refusal of the upstream in its own words and does not try again', async () => {
    product.simulator.script({ status: 400, message: 'messages: too funny' });
    const job = await jobs.untilFinished(await jobs.enqueue(request));
    expect(job).toMatchObject({
      status: 'failed',
      attempts: 1,
      error: { type: 'error', error: { type: 'invalid_request_error', message: 'messages: too funny' } },
    });
    expect(job).not.toHaveProperty('result');
    expect(product.simulator.requests).toHaveLength(1);
  });

  it('runs a job again when the upstream was overloaded', async () => {
    product.simulator.script({ status: 529, times: 3 });
    const job = await jobs.untilFinished(await jobs.enqueue(request));
    expect(job).toMatchObject({ status: 'succeeded', attempts: 2 });
    expect(product.simulator.requests).toHaveLength(4);
  });

  it.each([
    ['nothing', '', 'The request body is empty; send a JSON object'],
    ['no object', '[]', 'The request body should be a JSON object'],
    ['half an object', '{"request":', 'The request body is not valid JSON'],
    [
      'something between request and end',
      `{"request":${JSON.stringify(request)}.5}`,
      'The request body is not valid JSON',
    ],
    ['no request', '{}', 'request: Field required'],
    ['a request that is no object', '{"request":"hello"}', 'request: The request body should be a JSON object'],
    ['two requests', '{"request":{},"request":{}}', 'The same member is given twice'],
    [
      'an unknown member',
      `{"request":${JSON.stringify(request)},"reqest":1}`,
      'reqest: Extra inputs are not permitted',
    ],
    ['a member that names a prototype', '{"request":{},"__proto__":1}', '__proto__: Extra inputs are not permitted'],
    [
      'an incomplete request',
      '{"request":{"model":"claude-opus-5","messages":[]}}',
      'request.messages: at least one message is required',
    ],
    [
      'a wrong type',
      `{"request":${JSON.stringify({ ...request, stream: 'yes' })}}`,
      'request.stream: Input should be a valid boolean',
    ],
    [
      'metadata that is no object',
      `{"request":${JSON.stringify(request)},"metadata":"x"}`,
      'metadata: Input should be an object',
    ],
    [
      'metadata with U+0000',
      `{"request":${JSON.stringify(request)},"metadata":{"a":"\\u0000"}}`,
      'metadata.a: String should not contain U+0000',
    ],
    [
      'a dialect that cannot wait',
      `{"request":${JSON.stringify(request)},"dialect":"french"}`,
      "dialect: Input should be 'messages', 'chat', 'responses', 'completions', 'complete'",
    ],
  ])('refuses %s with a 400 that says where', async (_name, body, message) => {
    const response = await post(body);
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as { error: { type: string; message: string } };
    expect(error.type).toBe('invalid_request_error');
    expect(error.message).toContain(message);
  });

  it('refuses what is not UTF-8, and what is longer than 32 MB', async () => {
    const broken = Buffer.concat([Buffer.from('{"request":{"model":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}}')]);
    expect((await post(broken)).status).toBe(400);
    expect((await post(Buffer.alloc(33 * 1024 * 1024, 0x20))).status).toBe(413);
    expect((await product.fetch('/health/live')).status).toBe(200);
  });

  it('wants a key', async () => {
    const response = await fetch(`${product.url}/api/enqueue`, { method: 'POST', body: '{}' });
    expect(response.status).toBe(401);
  });
});

describe('GET /api/jobs/:id', () => {
  it('answers an unknown id, a malformed one and another owner’s alike', async () => {
    const id = await jobs.enqueue(request);
    const previous = 'other-key-0123456789abcdef0123456789ab';
    const answers: unknown[] = [];
    for (const path of [randomUUID(), 'not-an-id', '%00', encodeURIComponent(`${id}' or 1=1`)]) {
      const response = await product.fetch(`/api/jobs/${path}`);
      const { error } = (await response.json()) as { error: unknown };
      answers.push({ status: response.status, error });
    }
    const notFound = { status: 404, error: { type: 'not_found_error', message: 'job: no such job' } };
    expect(answers).toEqual([notFound, notFound, notFound, notFound]);

    await product.api.stop();
    await product.startApi({ PROXY_API_KEY: previous });
    const others = await product.fetch(`/api/jobs/${id}`, { headers: { 'x-api-key': previous } });
    expect({ status: others.status, error: ((await others.json()) as { error: unknown }).error }).toEqual(notFound);

    await product.api.stop();
    await product.startApi({ PROXY_API_KEY: previous, PROXY_API_KEY_PREVIOUS: product.key });
    const rotated = await product.fetch(`/api/jobs/${id}`, { headers: { 'x-api-key': previous } });
    expect(rotated.status).toBe(200);
  });
});

describe('without a database and a queue', () => {
  it('answers 503 to durable requests and serves the others', async () => {
    const alone = await Product.start();
    try {
      for (const [method, path] of [
        ['POST', '/api/enqueue'],
        ['GET', `/api/jobs/${randomUUID()}`],
      ] as const) {
        const response = await alone.fetch(path, { method });
        expect(response.status).toBe(503);
        expect(await response.json()).toMatchObject({
          type: 'error',
          error: { message: expect.stringContaining('not configured') },
        });
      }
      expect((await alone.postJson('/v1/messages', request)).status).toBe(200);
    } finally {
      await alone.stop();
    }
  });
});
