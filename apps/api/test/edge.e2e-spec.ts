import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Product, TestProcess } from '#testing';

const previousKey = 'previous-key-0123456789abcdef0123456789abcdef';
let product: Product;

beforeAll(async () => {
  product = await Product.start({
    env: {
      PROXY_API_KEY_PREVIOUS: previousKey,
      CORS_ORIGINS: 'https://app.example.com',
      THROTTLE_IP_PER_MINUTE: '40',
      TRUST_PROXY: '1',
    },
  });
});
afterAll(async () => product.stop());

const body = JSON.stringify({ model: 'claude-opus-5', max_tokens: 16, messages: [{ role: 'user', content: 'hi' }] });

async function send(headers: Record<string, string>, address: string, path = '/v1/messages'): Promise<Response> {
  return fetch(`${product.url}${path}`, { method: 'POST', body, headers: { 'x-forwarded-for': address, ...headers } });
}

/** The origin that a browser on `origin` is told it may call from. */
async function preflight(origin: string): Promise<string | null> {
  const response = await fetch(`${product.url}/v1/messages`, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST' },
  });
  return response.headers.get('access-control-allow-origin');
}

describe('keys', () => {
  it.each([
    ['x-api-key', (key: string) => ({ 'x-api-key': key })],
    ['a bearer token', (key: string) => ({ authorization: `Bearer ${key}` })],
    ['api-key, as Azure’s clients say it', (key: string) => ({ 'api-key': key })],
  ])('are accepted as %s, the previous one as well', async (_name, header) => {
    expect((await send(header(product.key), '10.0.0.1')).status).toBe(200);
    expect((await send(header(previousKey), '10.0.0.1')).status).toBe(200);
  });

  it('that are missing or wrong are a 401 in the caller’s dialect', async () => {
    const bad: Record<string, string>[] = [
      {},
      { 'x-api-key': 'wrong' },
      { authorization: 'Bearer wrong' },
      { authorization: 'Basic abc' },
    ];
    for (const headers of bad) {
      const response = await send(headers, '10.0.0.1');
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ type: 'error', error: { type: 'authentication_error' } });
    }
  });

  it('are logged by their fingerprint, good and bad, and never themselves', async () => {
    await send({ 'x-api-key': 'a-wrong-key-that-must-not-be-logged' }, '10.0.0.1');
    await send({ 'x-api-key': product.key, 'x-correlation-id': 'logged-request-1' }, '10.0.0.1');
    await product.api.untilSays('logged-request-1');
    const outcomes = product.api.logLines.map(
      (line) => (line.metadata as Record<string, unknown> | undefined)?.authentication,
    );
    expect(outcomes).toEqual(expect.arrayContaining(['ok', 'unknown key', 'no key']));
    expect(product.api.text).toMatch(/"key":"key_[0-9a-f]{12}"/);
    for (const secret of [product.key, previousKey, 'a-wrong-key-that-must-not-be-logged', 'simulator-key']) {
      expect(product.api.text).not.toContain(secret);
    }
  });
});

describe('the correlation id', () => {
  it('is the client’s own where it is sane, and in the answer and the log', async () => {
    const response = await send({ 'x-api-key': product.key, 'x-correlation-id': 'order-4711.retry:2' }, '10.0.0.2');
    expect(response.headers.get('x-correlation-id')).toBe('order-4711.retry:2');
    await product.api.untilSays('"correlationId":"order-4711.retry:2"');
  });

  it('is the request’s own id where the client’s is not', async () => {
    const response = await send({ 'x-api-key': product.key, 'x-correlation-id': 'a b' }, '10.0.0.2');
    expect(response.headers.get('x-correlation-id')).toBe(response.headers.get('request-id'));
  });
});

describe('limits', () => {
  it('hold per client address behind the proxy, and say when to come back', async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 41; count += 1)
      statuses.push((await send({ 'x-api-key': product.key }, '10.0.9.9')).status);
    expect(statuses.slice(0, 40)).toEqual(Array.from({ length: 40 }, () => 200));
    const refused = await send({ 'x-api-key': product.key }, '10.0.9.9');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ type: 'error', error: { type: 'rate_limit_error' } });
    expect((await send({ 'x-api-key': product.key }, '10.0.9.10')).status).toBe(200);
  });

  it('are told in the headers that the caller’s SDK reads', async () => {
    const headers = { 'x-api-key': product.key };
    const anthropic = await send(headers, '10.0.8.1');
    expect(anthropic.headers.get('anthropic-ratelimit-requests-limit')).toBe('40');
    expect(anthropic.headers.get('anthropic-ratelimit-requests-remaining')).toBe('39');
    expect(Date.parse(anthropic.headers.get('anthropic-ratelimit-requests-reset') ?? '')).toBeGreaterThan(Date.now());
    const openai = await send(headers, '10.0.8.1', '/v1/chat/completions');
    expect(openai.headers.get('x-ratelimit-remaining-requests')).toBe('38');
    expect(openai.headers.get('x-ratelimit-reset-requests')).toMatch(/^\d+s$/);
  });

  it('do not hold for health checks', async () => {
    for (let count = 0; count < 50; count += 1) {
      const response = await fetch(`${product.url}/health/live`, { headers: { 'x-forwarded-for': '10.0.9.9' } });
      expect(response.status).toBe(200);
    }
  });
});

describe('browsers', () => {
  it('may call from an origin on the list, and from no other', async () => {
    expect(await preflight('https://app.example.com')).toBe('https://app.example.com');
    expect(await preflight('https://evil.example.com')).toBeNull();
  });

  it('are given Helmet’s headers, and not what serves them', async () => {
    const { headers } = await fetch(`${product.url}/health`);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('strict-transport-security')).toContain('max-age');
    expect(headers.get('x-powered-by')).toBeNull();
  });
});

describe('GET /health', () => {
  it('reports each part with its time and a message, and when, which request and which version', async () => {
    const response = await fetch(`${product.url}/health`, { headers: { 'x-correlation-id': 'health-check-1' } });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      status: 'ok',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      correlationId: 'health-check-1',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      details: {
        memory: { status: 'up', message: expect.any(String), responseTime: expect.any(Number) },
        event_loop: { status: 'up', message: expect.any(String), responseTime: expect.any(Number) },
      },
    });
  });
});

describe('a process without configuration', () => {
  it.each(['api', 'worker'])('says all that lacks and where to begin, and ends with code 1: %s', async (app) => {
    const child = TestProcess.spawn(`apps/${app}/src/main.js`, { PORT: '80', WORKER_PORT: '80', NODE_ENV: 'prod' });
    expect(await child.exited()).toBe(1);
    expect(child.text).toContain('NODE_ENV');
    expect(child.text).toContain('PORT must not be less than 1024');
    expect(child.text).toContain(app === 'api' ? 'PROXY_API_KEY is missing' : 'SUPABASE_URL is missing');
    expect(child.text).toContain('npm run local');
  });

  it('never prints a secret that is wrong', async () => {
    const child = TestProcess.spawn('apps/api/src/main.js', { PROXY_API_KEY: 'short-secret', ANTHROPIC_API_KEY: 'k' });
    expect(await child.exited()).toBe(1);
    expect(child.text).toContain('PROXY_API_KEY must have 32 to 256 characters');
    expect(child.text).not.toContain('short-secret');
  });
});

/** The head of a request, with these headers more. */
function post(headers: string): string {
  return `POST /v1/messages HTTP/1.1\r\nhost: a\r\nx-forwarded-for: 10.0.9.1\r\nx-api-key: ${product.key}\r\n${headers}\r\n`;
}

/** All that comes back to these bytes. */
async function answerTo(sent: string): Promise<string> {
  const socket = connect(Number(new URL(product.url).port), '127.0.0.1').setEncoding('utf8');
  socket.write(sent);
  return text(socket);
}

describe('what is no HTTP', () => {
  it.each([
    ['words', () => 'Hello there.\r\n\r\n', 400, 'The request is not valid HTTP'],
    [
      'headers that are too large',
      () => post(`x-long: ${'a'.repeat(20_000)}\r\n`),
      431,
      'The headers are larger than 16 KB',
    ],
    [
      'a body whose chunks cannot be read',
      () => `${post('transfer-encoding: chunked\r\n')}xyz\r\n`,
      400,
      'The request is not valid HTTP',
    ],
  ])('is refused in words where it is %s', async (_what, sent, status, message) => {
    const [head = '', said = ''] = (await answerTo(sent())).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    const [, requestId] = /^request-id: (req_[0-9a-f]{32})$/m.exec(head) ?? [];
    expect(JSON.parse(said)).toEqual({
      type: 'error',
      error: { type: 'invalid_request_error', message },
      request_id: requestId,
    });
  });

  it('breaks off an answer that has begun, and writes nothing into it', async () => {
    product.simulator.script('words=200 interval=5ms');
    const request = JSON.stringify({ ...JSON.parse(body), stream: true });
    const socket = connect(Number(new URL(product.url).port), '127.0.0.1').setEncoding('utf8');
    socket.write(post(`content-length: ${Buffer.byteLength(request)}\r\n`) + request);
    let answer = '';
    for await (const chunk of socket) {
      if (answer === '') socket.write('Hello there.\r\n\r\n');
      answer += String(chunk);
    }
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    expect(answer.match(/HTTP\/1.1/g)).toHaveLength(1);
  });
});

// Without a route file there is nothing that SIGHUP could have read again.
describe.each(['SIGTERM', 'SIGHUP'] as const)('%s', (signal) => {
  it('makes the API unready at once, lets open streams finish, pipelined ones too, and ends the process', async () => {
    if (!product.api.running) await product.startApi();
    product.simulator.reset();
    product.simulator.script('deltas=20 tps=20 times=2');
    const streamed = JSON.stringify({ ...JSON.parse(body), stream: true });
    const pipelined = connect(Number(new URL(product.url).port), '127.0.0.1').setEncoding('utf8');
    const received = text(pipelined);
    pipelined.write(
      `GET /health/live HTTP/1.1\r\nhost: api\r\n\r\n` +
        `POST /v1/messages HTTP/1.1\r\nhost: api\r\nx-api-key: ${product.key}\r\nx-forwarded-for: 10.0.3.2\r\n` +
        `connection: close\r\ncontent-length: ${streamed.length}\r\n\r\n${streamed}`,
    );
    while (product.simulator.requests.length === 0) await sleep(5);
    const stream = await product.fetch('/v1/messages', {
      method: 'POST',
      headers: { 'x-forwarded-for': '10.0.3.1' },
      body: streamed,
    });
    product.api.signal(signal);
    expect(await stream.text()).toContain('event: message_stop');
    expect(await received).toContain('event: message_stop');
    expect(await product.api.exited()).toBe(0);
  });
});
