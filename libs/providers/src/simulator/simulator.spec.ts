import { request as httpRequest, type IncomingMessage } from 'node:http';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startSimulator, type Simulator } from './simulator.js';

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator();
});
afterEach(() => simulator.reset());
afterAll(() => simulator.close());

const headers = { 'x-api-key': 'k', 'anthropic-version': '2023-06-01', 'content-type': 'application/json' };

function bodyOf(prompt: string, stream: boolean): string {
  return JSON.stringify({ model: 'm', max_tokens: 64_000, messages: [{ role: 'user', content: prompt }], stream });
}

interface Seen {
  readonly response?: IncomingMessage;
  readonly chunks: readonly Buffer[];
  readonly text: string;
  /** The socket's error when the exchange did not end well. */
  readonly broken?: string;
}

/** What a peer sees on the wire: bytes in the pieces they came in, and how it ended. */
function exchange(prompt: string, options: { stream?: boolean; more?: Record<string, string> } = {}): Promise<Seen> {
  return new Promise((resolve) => {
    const request = httpRequest(`${simulator.url}/v1/messages`, {
      method: 'POST',
      headers: { ...headers, ...options.more },
    });
    const chunks: Buffer[] = [];
    const seen = () => ({ chunks, text: Buffer.concat(chunks).toString() });
    let begun = false;
    // Of an answer that has begun, its own events tell; Node tells the request as well, and since 24.21 first.
    request.on('error', (error: Error) => {
      if (!begun) resolve({ ...seen(), broken: error.message });
    });
    request.on('response', (response) => {
      begun = true;
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ ...seen(), response }));
      response.on('error', (error: Error) => resolve({ ...seen(), response, broken: error.message }));
    });
    request.end(bodyOf(prompt, options.stream ?? true));
  });
}

function eventNames(text: string): string[] {
  return [...text.matchAll(/^event: (\S+)$/gm)].map((match) => match[1] ?? '');
}

async function texts(count: number) {
  const answers = [];
  for (let index = 0; index < count; index += 1) {
    const { response, text } = await exchange('prompt', { stream: false });
    answers.push(
      response?.statusCode === 200
        ? (JSON.parse(text) as { content: { text: string }[] }).content[0]?.text
        : response?.statusCode,
    );
  }
  return answers;
}

async function post(path: string, body: string | Buffer, key: Record<string, string> = headers) {
  const response = await fetch(simulator.url + path, { method: 'POST', headers: key, body });
  return { status: response.status, json: await response.json() };
}

describe('a scripted stream', () => {
  it('is cut after so many events', async () => {
    const { text, broken, response } = await exchange('[[sim: cut=4 words=50]]');

    expect(response?.statusCode).toBe(200);
    expect(eventNames(text)).toEqual(['message_start', 'ping', 'content_block_start', 'content_block_delta']);
    expect(broken).toBe('aborted');
    expect(simulator.requests[0]).toMatchObject({ outcome: 'failed', eventsSent: 4 });
  });

  it('ends early and cleanly', async () => {
    const { text, broken } = await exchange('[[sim: eof=4 words=50]]');

    expect(eventNames(text)).toHaveLength(4);
    expect(broken).toBeUndefined();
    expect(simulator.counts).toMatchObject({ byOutcome: { failed: 1, ended: 0 }, tokens: { input: 0 } });
    expect(simulator.counts.interruptedTokens.input).toBeGreaterThan(0);
  });

  it('is reset before or after its headers', async () => {
    const early = await exchange('[[sim: reset]]');
    expect(early).toMatchObject({ chunks: [], broken: 'read ECONNRESET' });
    expect(early.response).toBeUndefined();

    const late = await exchange('[[sim: reset=headers]]');
    expect(late.response?.statusCode).toBe(200);
    expect(late).toMatchObject({ text: '', broken: 'aborted' });
  });

  it('begins with an error frame when told to', async () => {
    const { text } = await exchange('[[sim: error=0:rate_limit_error message="slow down"]]');

    expect(text).toBe(
      'event: error\ndata: {"type":"error","error":{"details":null,"type":"rate_limit_error","message":"slow down"}}\n\n',
    );
  });

  it.each(['garbage', 'half-json'])('breaks off in %s', async (kind) => {
    const { text, broken } = await exchange(`[[sim: ${kind}=3 words=9]]`);
    const whole = await exchange('[[sim: eof=3 words=9]]');

    expect(broken).toBeUndefined();
    expect(eventNames(text).slice(0, 3)).toEqual(eventNames(whole.text));
    const nonsense = text.split('\n\n').slice(3).join('\n\n');
    expect(nonsense).not.toBe('');
    expect(nonsense).not.toContain('message_stop');
  });

  it('has NUL bytes between its events, or an escaped NUL in its text', async () => {
    const raw = await exchange('[[sim: nul]]');
    expect(raw.text).toContain('\n\n\u0000\u0000\u0000event: ');
    expect(eventNames(raw.text.replaceAll('\u0000', '')).at(-1)).toBe('message_stop');

    const escaped = await exchange('[[sim: nul=text text=a]]');
    expect(escaped.text).toContain(String.raw`"text":"a\u0000"`);
  });

  it('is an HTML page', async () => {
    const { text, response } = await exchange('[[sim: html status=502]]');

    expect(response?.statusCode).toBe(502);
    expect(response?.headers['content-type']).toContain('text/html');
    expect(text).toContain('<h1>502 Bad Gateway</h1>');
  });

  it('comes in pieces of so many bytes', async () => {
    const whole = await exchange('[[sim: text=ünïcödé burst]]');
    const pieces = await exchange('[[sim: text=ünïcödé chunk=7b]]');

    expect(Math.max(...pieces.chunks.map((chunk) => chunk.length))).toBeLessThanOrEqual(7);
    expect(eventNames(pieces.text)).toEqual(eventNames(whole.text));
    expect(pieces.text).toContain('ünïcödé');
  });

  it('has as many deltas as it is told, paced when it is told', async () => {
    const { text } = await exchange('[[sim: deltas=100 tps=5000]]');
    expect(eventNames(text).filter((name) => name === 'content_block_delta')).toHaveLength(100);

    const paced = await exchange('[[sim: deltas=5 interval=2ms delay=1ms]]');
    expect(paced.chunks.length).toBeGreaterThanOrEqual(5);
  });

  it('is huge without being held in memory', async () => {
    const { text } = await exchange('[[sim: big=3000001b]]');

    const said = [...text.matchAll(/"text_delta","text":"([^"]*)"/g)].reduce(
      (sum, match) => sum + (match[1]?.length ?? 0),
      0,
    );
    expect(said).toBe(3_000_001);
    expect(eventNames(text).at(-1)).toBe('message_stop');
  });
});

describe('a scripted plain answer', () => {
  it.each([
    ['cut=1', 'aborted'],
    ['eof=1', undefined],
    ['half-json', undefined],
    ['garbage', undefined],
    ['nul', undefined],
  ])('is no JSON with %s', async (directive, ending) => {
    const { text, broken, response } = await exchange(`[[sim: ${directive}]]`, { stream: false });

    expect(response?.statusCode).toBe(200);
    expect(text).not.toBe('');
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
    expect(broken).toBe(ending);
    expect(response?.headers['content-length'] === undefined).toBe(directive === 'eof=1');
  });

  it('turns an error directive into an HTTP error', async () => {
    const { response, text } = await exchange('[[sim: error=3:rate_limit_error]]', { stream: false });

    expect(response?.statusCode).toBe(429);
    expect(JSON.parse(text)).toMatchObject({ error: { type: 'rate_limit_error' } });
    expect((await exchange('[[sim: error=3]]', { stream: false })).response?.statusCode).toBe(529);
  });

  it('is huge and valid', async () => {
    const { text } = await exchange('[[sim: big=2mb]]', { stream: false });

    expect(JSON.parse(text)).toMatchObject({
      content: [{ type: 'text' }],
      usage: { output_tokens: 2 * 256 * 1024 + 7 },
    });
  });

  it('tells the limits it enforces', async () => {
    const { response } = await exchange('[[sim: status=429 retry-after=7 should-retry=false]]');

    expect(response?.headers).toMatchObject({
      'retry-after': '7',
      'x-should-retry': 'false',
      'anthropic-ratelimit-requests-remaining': '0',
      'request-id': expect.stringMatching(/^req_/),
    });
  });
});

describe('a peer that goes away', () => {
  it.each(['silence', 'silence=0', 'silence=3', 'delay=1h', 'words=400 interval=1h'])(
    'is noticed during %s',
    async (directive) => {
      const abort = new AbortController();
      const call = fetch(`${simulator.url}/v1/messages`, {
        method: 'POST',
        headers,
        body: bodyOf(`[[sim: ${directive}]]`, true),
        signal: abort.signal,
      }).then((response) => response.text());
      while (simulator.openRequests === 0) await sleep(1);
      abort.abort();
      await expect(call).rejects.toThrow('aborted');
      await simulator.idle();

      expect(simulator.openRequests).toBe(0);
      expect(simulator.requests[0]).toMatchObject({ outcome: 'closed_by_client', closedByClientAt: expect.any(Date) });
      expect(simulator.counts.byOutcome).toEqual({ open: 0, ended: 0, failed: 0, closed_by_client: 1 });
    },
  );
});

describe('a paced stream', () => {
  it.each(['interval=1h', 'tps=0.001'])('holds its first delta back with %s', async (pace) => {
    const abort = new AbortController();
    const call = fetch(`${simulator.url}/v1/messages`, {
      method: 'POST',
      headers,
      body: bodyOf(`[[sim: words=9 ${pace}]]`, true),
      signal: abort.signal,
    });
    await call;
    while ((simulator.requests[0]?.eventsSent ?? 0) < 3) await sleep(1);
    for (let turn = 0; turn < 100; turn += 1) await nextTurn();

    expect(simulator.requests[0]?.eventsSent).toBe(3);
    abort.abort();
    await simulator.idle();
  });
});

describe('the script', () => {
  it('answers the next calls one step each', async () => {
    simulator.script(['status=529 times=2', { text: 'third' }]);
    simulator.script('text=fourth');

    expect(await texts(5)).toEqual([529, 529, 'third', 'fourth', 'prompt']);
  });

  it('matches requests', async () => {
    simulator.script((request) => (request.headers['x-api-key'] === 'k' ? { text: 'matched' } : undefined));
    expect(await texts(2)).toEqual(['matched', 'matched']);

    simulator.reset();
    expect(await texts(1)).toEqual(['prompt']);
  });

  it('is forgotten with every request at a reset, an answer that is still open included', async () => {
    const abort = new AbortController();
    const call = fetch(`${simulator.url}/v1/messages`, {
      method: 'POST',
      headers,
      body: bodyOf('[[sim: words=9 interval=1h]]', true),
      signal: abort.signal,
    });
    await call;
    simulator.reset();

    expect(simulator.requests).toEqual([]);
    expect(simulator.openRequests).toBe(0);
    abort.abort();
    await simulator.idle();
    expect(simulator.counts).toMatchObject({
      calls: 0,
      byStatus: {},
      byOutcome: { open: 0, ended: 0, failed: 0, closed_by_client: 0 },
      interruptedTokens: { input: 0, output: 0 },
    });
  });

  it('sends raw answers as they are', async () => {
    const body = 'event: ping\ndata: {"type": "ping"}\n\n';
    simulator.script({ raw: { status: 201, headers: { 'content-type': 'text/event-stream', 'x-own': '1' }, body } });
    const { response, text } = await exchange('x');

    expect(response?.statusCode).toBe(201);
    expect(response?.headers['x-own']).toBe('1');
    expect(text).toBe(body);
  });

  it('is read from a header, which beats the prompt', async () => {
    const { text } = await exchange('[[sim: text=prompt stop=refusal]]', {
      stream: false,
      more: { 'x-simulator': 'delay=1ms; text="from the header"' },
    });

    expect(JSON.parse(text)).toMatchObject({ content: [{ text: 'from the header' }], stop_reason: 'refusal' });
  });

  it('uses a prompt directive as often as its times say, then the next', async () => {
    const prompt = '[[sim: status=503 times=1]] [[sim: text=recovered]]';

    expect((await exchange(prompt)).response?.statusCode).toBe(503);
    expect((await exchange(prompt)).text).toContain('recovered');
  });

  it('refuses directives that it does not know, in a prompt and in code', async () => {
    const { response, text } = await exchange('[[sim: colour=red]]');
    expect(response?.statusCode).toBe(400);
    expect(text).toContain('unknown directive \\"colour\\"');
    expect(() => simulator.script('colour=red')).toThrow('unknown directive "colour"');
  });
});

describe('the record', () => {
  it('keeps what was sent, byte by byte', async () => {
    const body = bodyOf('hi', false);
    await fetch(`${simulator.url}/v1/messages?beta=true`, {
      method: 'POST',
      headers: { ...headers, 'content-encoding': 'gzip' },
      body: gzipSync(body),
    });

    const [request] = simulator.requests;
    expect(request).toMatchObject({ method: 'POST', path: '/v1/messages?beta=true', status: 200, outcome: 'ended' });
    expect(request?.body.toString()).toBe(body);
    expect(request?.json).toEqual(JSON.parse(body));
    expect(request?.receivedAt).toBeInstanceOf(Date);
    expect(simulator.counts).toMatchObject({ calls: 1, byPath: { '/v1/messages': 1 }, byStatus: { 200: 1 } });
  });

  it('counts the tokens that whole answers told', async () => {
    await exchange('[[sim: usage=1:2:3:4]]');
    await exchange('[[sim: usage=10:20:30:40]]', { stream: false });
    await exchange('[[sim: usage=100:200 cut=3]]');

    expect(simulator.counts.tokens).toEqual({ input: 11, output: 22, cacheRead: 33, cacheWrite: 44, thinking: 0 });
    expect(simulator.counts.interruptedTokens).toMatchObject({ input: 100, output: 1 });
  });

  it('keeps the latest thousand requests and counts all', async () => {
    const ask = () => fetch(`${simulator.url}/`).then((response) => response.text());
    for (let round = 0; round < 11; round += 1) await Promise.all(Array.from({ length: 100 }, ask));

    expect(simulator.requests).toHaveLength(1000);
    expect(simulator.counts.calls).toBe(1100);
  });
});

describe('the server', () => {
  it('refuses bodies over 32 MB, malformed JSON and unknown paths in the words of the vendor', async () => {
    expect(await post('/v1/messages', Buffer.alloc(33 * 1024 * 1024, 'x'))).toMatchObject({
      status: 413,
      json: { error: { type: 'request_too_large' } },
    });
    expect(await post('/v1/messages', '{"model":')).toMatchObject({
      status: 400,
      json: { error: { type: 'invalid_request_error' } },
    });
    expect(await post('/v1/unknown', '{}')).toMatchObject({ status: 404, json: { type: 'error' } });
    expect(await post('/v1/unknown', '{}', { authorization: 'Bearer k' })).toMatchObject({
      status: 404,
      json: { error: { message: 'Invalid URL (POST /v1/unknown)' } },
    });
  });

  it('says when its port is taken', async () => {
    const port = Number(new URL(simulator.url).port);

    await expect(startSimulator({ port })).rejects.toThrow('EADDRINUSE');
  });

  it('closes over open answers', async () => {
    const other = await startSimulator();
    const call = fetch(`${other.url}/v1/messages`, {
      method: 'POST',
      headers,
      body: bodyOf('[[sim: silence=2]]', true),
    });
    const response = await call;
    await other.close();

    await expect(response.text()).rejects.toThrow('terminated');
  });
});
