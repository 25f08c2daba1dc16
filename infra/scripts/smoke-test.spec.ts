import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { answerJson, FakeProxy } from './test/fake-proxy.js';
import { StandInCommands } from './test/stand-in-commands.js';

interface SmokeReport {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly checks: readonly { name: string; result: string; http_status: number; time_ms: number; detail: string }[];
}

const detailOf = ({ checks }: SmokeReport, name: string) => checks.find((check) => check.name === name)?.detail;

describe('smoke_test.sh', () => {
  let proxy: FakeProxy;
  let commands: StandInCommands;

  beforeEach(async () => {
    proxy = await FakeProxy.start();
    commands = await StandInCommands.start(() => ({ code: 1, output: 'the smoke test calls neither aws nor psql' }));
  });
  afterEach(async () => {
    await commands.stop();
    await proxy.stop();
  });

  const run = (...args: string[]) => commands.run('smoke_test.sh', ['--url', proxy.url, ...args]);
  const report = async (...args: string[]): Promise<SmokeReport & { code: number | null }> => {
    const { code, stdout } = await run('--json', ...args);
    return { code, ...(JSON.parse(stdout) as SmokeReport) };
  };

  it('passes a proxy that keeps its contract, and shows a table', async () => {
    const { code, stdout, stderr } = await run('--api-key', FakeProxy.key);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^health +pass +\d+ ms {2}200, status ok$/mu);
    expect(stdout).toContain('7 passed, 0 failed, 0 skipped');
  });

  it('sends what clients send: key, version, a streamed message and a job that is followed to its result', async () => {
    await run('--api-key', FakeProxy.key, '--header', 'x-release-preview: green');
    expect(proxy.seen.map(({ route }) => route)).toEqual([
      'GET /health',
      'POST /v1/messages',
      'GET /v1/models',
      'POST /v1/messages',
      'POST /v1/messages',
      'POST /api/enqueue',
      'GET /api/jobs/job-1',
      'GET /api/jobs/job-1',
    ]);
    expect(proxy.seen.every(({ headers }) => headers['x-release-preview'] === 'green')).toBe(true);
    expect(proxy.seen.map(({ headers }) => headers['x-api-key'] !== undefined)).toEqual([
      false,
      false,
      true,
      true,
      true,
      true,
      true,
      true,
    ]);
    expect(proxy.seen[3]?.headers['anthropic-version']).toBe('2023-06-01');
    const sent = { model: 'claude-haiku-5-5', max_tokens: 16, messages: [{ role: 'user', content: 'Say OK.' }] };
    expect(JSON.parse(proxy.seen[4]?.body ?? '')).toEqual({ ...sent, stream: true });
    expect(JSON.parse(proxy.seen[5]?.body ?? '')).toEqual({ request: sent });
  });

  it('prints one JSON object with --json', async () => {
    const { code, passed, failed, skipped, checks } = await report('--api-key', FakeProxy.key);
    expect({ code, passed, failed, skipped }).toEqual({ code: 0, passed: 7, failed: 0, skipped: 0 });
    expect(checks.map(({ name, http_status }) => [name, http_status])).toEqual([
      ['health', 200],
      ['refusal without key', 401],
      ['models', 200],
      ['message', 200],
      ['streamed message', 200],
      ['durable: accepted', 202],
      ['durable: result', 200],
    ]);
  });

  it('without a key checks health and the refusal, and says what it skipped', async () => {
    const result = await report();
    expect(result).toMatchObject({ code: 0, passed: 2, failed: 0, skipped: 5 });
    expect(detailOf(result, 'message')).toBe('no key given');
  });

  it('takes the key from PROXY_API_KEY, where other users of the machine do not see it', async () => {
    const { code, stdout } = await commands.run('smoke_test.sh', ['--url', proxy.url], {
      env: { PROXY_API_KEY: FakeProxy.key },
    });
    expect(code).toBe(0);
    expect(stdout).toContain('7 passed');
    expect(stdout).not.toContain(FakeProxy.key);
  });

  it('leaves durable work out with --no-durable', async () => {
    expect(await report('--api-key', FakeProxy.key, '--no-durable')).toMatchObject({ code: 0, passed: 5, skipped: 2 });
    expect(proxy.seen.some(({ route }) => route.includes('/api/'))).toBe(false);
  });

  const faults: [string, string, string, FakeProxy['routes'][string]][] = [
    ['an unhealthy service', 'health', 'answered 503', (response) => answerJson(response, 503, { status: 'error' })],
    [
      'a service that serves without a key',
      'refusal without key',
      'answered 200',
      (response) => answerJson(response, 200, { type: 'message', usage: {} }),
    ],
    ['a model list of another shape', 'models', 'answered 200', (response) => answerJson(response, 200, {})],
    ['a refused job', 'durable: accepted', 'answered 503', (response) => answerJson(response, 503, { type: 'error' })],
    [
      'a failed job',
      'durable: result',
      '"status":"failed"',
      (response) => answerJson(response, 200, { job_id: 'job-1', status: 'failed' }),
    ],
    ['a broken connection', 'models', 'no complete answer', (response) => response.destroy()],
  ];
  const routeOf: Record<string, string> = {
    health: 'GET /health',
    'refusal without key': 'POST /v1/messages',
    models: 'GET /v1/models',
    'durable: accepted': 'POST /api/enqueue',
    'durable: result': 'GET /api/jobs/job-1',
  };

  it.each(faults)('fails on %s and says what came instead', async (_fault, check, detail, route) => {
    proxy.routes[routeOf[check] ?? ''] = route;
    const result = await report('--api-key', FakeProxy.key);
    expect(result.code).toBe(1);
    expect(detailOf(result, check)).toContain(detail);
  });

  it('fails on a stream that ends with an error event inside a 200', async () => {
    const plain = proxy.routes['POST /v1/messages'];
    proxy.routes['POST /v1/messages'] = (response, seen) => {
      if (!seen.body.includes('"stream":true')) return plain?.(response, seen);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      return response.end(
        'event: message_start\ndata: {}\n\nevent: error\ndata: {"type":"error"}\n\nevent: message_stop\ndata: {}\n\n',
      );
    };
    const result = await report('--api-key', FakeProxy.key);
    expect(result).toMatchObject({ code: 1, failed: 1, passed: 6 });
    expect(detailOf(result, 'streamed message')).toContain('did not run from message_start to message_stop');
  });

  it('fails on a job that nobody works on, and asks for the worker', async () => {
    proxy.routes['GET /api/jobs/job-1'] = (response) =>
      answerJson(response, 200, { job_id: 'job-1', status: 'queued' });
    const result = await report('--api-key', FakeProxy.key, '--timeout', '1');
    expect(result.code).toBe(1);
    expect(detailOf(result, 'durable: result')).toContain('is the worker running?');
  });

  it('keeps its JSON whole when an answer is full of quotes, backslashes and control characters', async () => {
    proxy.routes['GET /v1/models'] = (response) => response.writeHead(500).end('"quoted" \\ back\tslash\n\u0001');
    const result = await report('--api-key', FakeProxy.key);
    expect(detailOf(result, 'models')).toContain('"quoted" \\ back slash');
  });

  it.each([
    [[], '--url is needed'],
    [['--url', 'ftp://x'], '--url must begin with'],
    [['--url'], '--url needs a value'],
    [['--url', 'http://x', '--timeout', 'soon'], '--timeout must be a whole number'],
    [['--what'], 'unknown option --what'],
  ])('refuses %j with exit code 2', async (args, problem) => {
    const { code, stderr } = await commands.run('smoke_test.sh', args);
    expect(code).toBe(2);
    expect(stderr).toContain(problem);
  });
});
