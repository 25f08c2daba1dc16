import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Collector, freePort, metricsAt, Product, type Samples, sumOf } from '#testing';

const request = { model: 'claude-opus-5', max_tokens: 64, messages: [{ role: 'user', content: 'Say hello.' }] };

interface Target {
  readonly name: string;
  readonly status: string;
  readonly breaker: string;
  readonly lastSuccessAt: string | null;
  readonly lastFailure: { readonly code: string } | null;
}

interface Health {
  readonly status: string;
  readonly problems: readonly { readonly part: string }[];
  readonly details: Record<string, { status: string; message: string; runbook?: string; targets?: Target[] }>;
}

async function healthOf(url: string): Promise<Health & { code: number }> {
  const response = await fetch(`${url}/health`);
  return { code: response.status, ...((await response.json()) as Health) };
}

async function isServing(url: string): Promise<boolean> {
  const probes = await Promise.all(['live', 'ready'].map((probe) => fetch(`${url}/health/${probe}`)));
  return probes.every(({ status }) => status === 200);
}

describe('a running API', () => {
  let product: Product;
  let metricsUrl: string;

  beforeAll(async () => {
    const metricsPort = await freePort();
    metricsUrl = `http://127.0.0.1:${metricsPort}/metrics`;
    product = await Product.start({
      env: { METRICS_PORT: String(metricsPort), METRICS_EMF: 'true', DEPLOYMENT_ENVIRONMENT: 'staging' },
    });
  });
  afterEach(() => product.simulator.reset());
  afterAll(async () => product.stop());

  const metrics = async (): Promise<Samples> => metricsAt(metricsUrl);
  const badAnswers = async () => Number(sumOf(await metrics(), 'claude_proxy_availability_total', { result: 'bad' }));

  it('counts what it serves, by route, upstream and model, and its own share of the time', async () => {
    product.simulator.script(['usage=100:20:30:40:5', 'usage=100:20:30:40:5']);
    expect((await product.postJson('/v1/messages', request)).status).toBe(200);
    await (await product.postJson('/v1/messages', { ...request, stream: true })).text();
    await (await product.postJson('/v1/messages', request, { 'x-api-key': 'wrong' })).text();
    await (await product.fetch('/a/path/that/a/client/made/up')).text();

    const samples = await metrics();
    const route = { http_route: '/v1/messages' };
    expect(
      sumOf(samples, 'http_server_request_duration_seconds_count', { ...route, http_response_status_code: '200' }),
    ).toBe(2);
    expect(
      sumOf(samples, 'http_server_request_duration_seconds_count', { ...route, http_response_status_code: '401' }),
    ).toBe(1);
    expect(sumOf(samples, 'http_server_request_duration_seconds_count', { http_route: 'other' })).toBe(1);
    expect(sumOf(samples, 'claude_proxy_own_latency_seconds_count', route)).toBe(3);
    expect(sumOf(samples, 'claude_proxy_http_first_byte_seconds_count', route)).toBe(3);
    expect(sumOf(samples, 'claude_proxy_availability_total', { result: 'good' })).toBe(3);
    expect(sumOf(samples, 'claude_proxy_authentications_total', { result: 'ok' })).toBe(2);
    expect(sumOf(samples, 'claude_proxy_authentications_total', { result: 'unknown_key' })).toBe(1);
    expect(sumOf(samples, 'claude_proxy_errors_total', { error_type: 'unauthenticated' })).toBe(1);
    expect(sumOf(samples, 'claude_proxy_operations_total', { mode: 'stream', outcome: 'ended' })).toBe(1);
    expect(
      sumOf(samples, 'claude_proxy_upstream_attempts_total', { claude_proxy_upstream: 'anthropic', outcome: 'ended' }),
    ).toBe(2);
    const model = { gen_ai_request_model: 'claude-opus-5' };
    expect(sumOf(samples, 'gen_ai_client_operation_duration_seconds_count', model)).toBe(2);
    expect(sumOf(samples, 'gen_ai_server_time_to_first_token_seconds_count', model)).toBe(2);
    expect(sumOf(samples, 'gen_ai_client_token_usage_count', { ...model, gen_ai_token_type: 'input' })).toBe(2);
    expect(sumOf(samples, 'claude_proxy_tokens_total', { ...model, kind: 'cache_read' })).toBe(60);
    expect(sumOf(samples, 'claude_proxy_tokens_total', { ...model, kind: 'thinking' })).toBe(10);
    expect(sumOf(samples, 'claude_proxy_cost_usd_total', model)).toBeGreaterThan(0);
    expect(sumOf(samples, 'process_resident_memory_bytes')).toBeGreaterThan(1e7);
    expect(sumOf(samples, 'http_server_active_requests')).toBe(0);
  });

  it('logs of an address its path alone', async () => {
    const socket = connect(Number(new URL(product.url).port), '127.0.0.1');
    socket.write(
      'GET http://user:pass@internal.example/v1/nowhere?token=secret HTTP/1.1\r\nhost: api\r\n' +
        'x-correlation-id: absolute-form\r\nconnection: close\r\n\r\n',
    );
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 4/);
    await product.api.untilSays('absolute-form');
    const line = product.api.logLines.find(({ correlationId }) => correlationId === 'absolute-form');
    expect(line).toMatchObject({ metadata: { request: { method: 'GET', url: '/v1/nowhere' } } });
    expect(product.api.text).not.toMatch(/user:pass|internal\.example|token=secret/);
  });

  it('gives each request one log line with tokens, cost, times, upstream and outcome', async () => {
    product.simulator.script('usage=100:20:30:40:5');
    await (
      await product.postJson('/v1/messages', { ...request, stream: true }, { 'x-correlation-id': 'one-line-please' })
    ).text();
    await product.api.untilSays('one-line-please');
    const lines = product.api.logLines.filter(({ correlationId }) => correlationId === 'one-line-please');
    expect(lines).toEqual([
      {
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        level: 'info',
        correlationId: 'one-line-please',
        message: 'POST /v1/messages 200',
        service: 'api',
        version: expect.any(String),
        environment: 'staging',
        metadata: expect.objectContaining({
          request: { method: 'POST', url: '/v1/messages', ip: expect.any(String) },
          response: { statusCode: 200, responseTime: expect.any(Number) },
          authentication: 'ok',
          key: expect.stringMatching(/^key_/),
          dialect: 'messages',
          mode: 'stream',
          modelAsked: 'claude-opus-5',
          modelUsed: 'claude-opus-5',
          upstream: 'anthropic',
          attempts: 1,
          outcome: 'ended',
          inputTokens: 100,
          outputTokens: 20,
          cacheReadTokens: 30,
          cacheCreationTokens: 40,
          thinkingTokens: 5,
          costMicroUsd: expect.any(Number),
          firstByteMs: expect.any(Number),
          upstreamWaitMs: expect.any(Number),
        }),
      },
    ]);
  });

  it('does not let a client make up labels', async () => {
    const before = (await metrics()).size;
    for (let number = 0; number < 30; number += 1) {
      await (await product.postJson('/v1/messages', { ...request, model: `claude-made-up-${number}` })).text();
      await (await product.fetch(`/v1/${number}`, { method: 'PURGE' })).text();
    }
    const after = await metrics();
    expect(sumOf(after, 'gen_ai_client_operation_duration_seconds_count', { gen_ai_request_model: 'other' })).toBe(30);
    expect([...after.keys()].some((key) => key.includes('made-up'))).toBe(false);
    // One new model, one new method: their series, and no more.
    expect(after.size - before).toBeLessThan(200);
  });

  it('serves the metrics on the public port for a key alone', async () => {
    expect((await fetch(`${product.url}/metrics`)).status).toBe(401);
    const response = await product.fetch('/metrics');
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await response.text()).toContain('# TYPE http_server_request_duration_seconds histogram');
  });

  it.each([
    ['answers 500', 'status=500 times=9', {}, 'upstream_failed'],
    ['answers 429', 'status=429 retry-after=none times=9', {}, 'rate_limited'],
    ['hangs', 'silence times=9', { 'x-stainless-timeout': '1' }, 'upstream_timeout'],
    ['breaks its connections', 'reset times=9', {}, 'upstream_failed'],
  ])(
    'an upstream that %s is named by health and metrics, until it answers again',
    async (_what, step, headers, code) => {
      product.simulator.script(step);
      await (await product.postJson('/v1/messages', request, headers)).text();
      const { code: status, status: overall, details } = await healthOf(product.url);
      expect([status, overall]).toEqual([200, 'degraded']);
      expect(details.upstreams).toMatchObject({
        status: 'degraded',
        message: expect.stringContaining(`anthropic: ${code}`),
        runbook: 'docs/OPERATIONAL_RUNBOOK_FULL.md#upstream-failing',
        targets: [{ name: 'anthropic', lastFailure: { code } }],
      });
      const samples = await metrics();
      expect(sumOf(samples, 'claude_proxy_health_severity', { part: 'upstreams' })).toBe(1);
      const failed = { claude_proxy_upstream: 'anthropic', outcome: 'failed', error_type: code };
      expect(sumOf(samples, 'claude_proxy_upstream_attempts_total', failed)).toBeGreaterThan(0);

      product.simulator.reset();
      let answered = 0;
      while (answered !== 200) answered = (await product.postJson('/v1/messages', request)).status;
      expect((await healthOf(product.url)).details.upstreams).toMatchObject({
        status: 'up',
        targets: [{ name: 'anthropic', breaker: 'closed' }],
      });
    },
  );

  it('an empty account at the vendor counts against us, whatever the status is', async () => {
    const before = await badAnswers();
    product.simulator.script('status=402 times=1');
    const answer = await product.postJson('/v1/messages', request);
    expect([answer.status, await answer.text()]).toEqual([402, expect.stringContaining('billing_error')]);
    expect(await badAnswers()).toBe(before + 1);
  });

  it('all upstreams spared is down, while the balancer still finds the replica alive and ready', async () => {
    product.simulator.script('status=500 times=99');
    for (let count = 0; count < 4; count += 1) await (await product.postJson('/v1/messages', request)).text();
    const { code, details } = await healthOf(product.url);
    expect(code).toBe(503);
    expect(details.upstreams).toMatchObject({ status: 'down', targets: [{ breaker: 'open' }] });
    expect(await isServing(product.url)).toBe(true);
    const samples = await metrics();
    expect(
      sumOf(samples, 'claude_proxy_upstream_breaker_state', { claude_proxy_upstream: 'anthropic', state: 'open' }),
    ).toBe(1);
    expect(sumOf(samples, 'claude_proxy_health_severity', { part: 'upstreams' })).toBe(2);
    expect(sumOf(samples, 'claude_proxy_availability_total', { result: 'bad' })).toBeGreaterThan(0);
  });

  it('writes what the CloudWatch alarms read, with their names and dimensions', async () => {
    await product.api.stop();
    const line = product.api.logLines.findLast((entry) => '_aws' in entry);
    expect(line).toMatchObject({
      service: 'api',
      environment: 'staging',
      Requests: expect.any(Number),
      Errors: expect.any(Number),
      OverheadLatency: { Values: expect.any(Array), Counts: expect.any(Array), Count: expect.any(Number) },
      FirstByteLatency: { Values: expect.any(Array), Counts: expect.any(Array), Count: expect.any(Number) },
      _aws: {
        Timestamp: expect.any(Number),
        CloudWatchMetrics: [
          {
            Namespace: 'ClaudeProxy',
            Dimensions: [['service', 'environment']],
            Metrics: expect.arrayContaining([
              { Name: 'Requests', Unit: 'Count' },
              { Name: 'Errors', Unit: 'Count' },
              { Name: 'OverheadLatency', Unit: 'Milliseconds' },
              { Name: 'FirstByteLatency', Unit: 'Milliseconds' },
            ]),
          },
        ],
      },
    });
  });
});

describe('health', () => {
  it('names an upstream that refuses our key', async () => {
    const product = await Product.start({ env: { ANTHROPIC_API_KEY: 'invalid-key' } });
    try {
      expect((await product.postJson('/v1/messages', request)).status).toBe(502);
      expect((await healthOf(product.url)).details.upstreams).toMatchObject({
        status: 'degraded',
        message: 'anthropic: upstream_rejected_credentials',
      });
      const samples = await metricsAt(`${product.url}/metrics`, product.key);
      expect(sumOf(samples, 'claude_proxy_errors_total', { error_type: 'upstream_rejected_credentials' })).toBe(1);
    } finally {
      await product.stop();
    }
  });

  it('names memory pressure', async () => {
    const product = await Product.start({ env: { HEALTH_MEMORY_LIMIT_MB: '1' } });
    try {
      const { code, details, problems } = await healthOf(product.url);
      expect(code).toBe(503);
      expect(details.memory).toMatchObject({
        status: 'down',
        runbook: 'docs/OPERATIONAL_RUNBOOK_FULL.md#memory-pressure',
      });
      // A busy machine makes the event loop late as well.
      expect(problems.filter(({ part }) => part !== 'event_loop')).toEqual([
        {
          part: 'memory',
          status: 'down',
          message: expect.stringMatching(/^\d+ MB in use, over the limit of 1 MB$/),
          runbook: 'docs/OPERATIONAL_RUNBOOK_FULL.md#memory-pressure',
        },
      ]);
      expect(await isServing(product.url)).toBe(true);
      const samples = await metricsAt(`${product.url}/metrics`, product.key);
      expect(sumOf(samples, 'claude_proxy_health_severity', { part: 'memory' })).toBe(2);
    } finally {
      await product.stop();
    }
  });
});

describe('traces', () => {
  it('go from the client to the upstream, with a span for each step and no content', async () => {
    const collector = await Collector.start();
    const product = await Product.start({
      env: { ...collector.env, OTEL_BSP_SCHEDULE_DELAY: '100' },
    });
    try {
      product.simulator.script(['status=500 retry-after=0', 'text="a secret answer" usage=7:3']);
      const traceId = '0af7651916cd43dd8448eb211c80319c';
      const question = { ...request, messages: [{ role: 'user', content: 'a secret question' }] };
      const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-01`, tracestate: 'vendor=value' };
      expect((await product.postJson('/v1/messages', question, headers)).status).toBe(200);
      await collector.until((spans) => spans.length >= 4);

      const named = (name: string) => collector.spans.filter((span) => span.name === name);
      const [server] = named('POST /v1/messages');
      expect(server).toMatchObject({ traceId, parentSpanId: 'b7ad6b7169203331', service: 'claude-proxy-api' });
      const [operation, ...attempts] = named('chat claude-opus-5').toSorted((one, other) => one.kind - other.kind);
      expect(operation).toMatchObject({
        traceId,
        parentSpanId: server?.spanId,
        attributes: {
          'gen_ai.operation.name': 'chat',
          'gen_ai.usage.input_tokens': 7,
          'gen_ai.usage.output_tokens': 3,
        },
      });
      expect(attempts).toHaveLength(2);
      expect(attempts[0]).toMatchObject({
        parentSpanId: operation?.spanId,
        attributes: { 'error.type': 'upstream_failed' },
      });
      const told = product.simulator.requests.map((call) => call.headers.traceparent);
      expect(told).toEqual(attempts.map(({ spanId }) => `00-${traceId}-${spanId}-01`));
      expect(product.simulator.requests[0]?.headers.tracestate).toBe('vendor=value');
      expect(collector.received).not.toContain('secret');
    } finally {
      await product.stop();
      await collector.stop();
    }
  });

  it('are sent as Protobuf where nothing else is asked for', async () => {
    const collector = await Collector.start();
    const product = await Product.start({
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '100' },
    });
    try {
      await (await product.postJson('/v1/messages', request)).text();
      await collector.until(() => collector.received.includes('POST /v1/messages'));
      expect(collector.received).toContain('gen_ai.usage.output_tokens');
      expect(collector.received).not.toContain('"resourceSpans"');
    } finally {
      await product.stop();
      await collector.stop();
    }
  });

  it('of the client go on to the upstream also where none are kept here', async () => {
    const product = await Product.start();
    try {
      const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
      await (await product.postJson('/v1/messages', request, { traceparent })).text();
      await (await product.postJson('/v1/messages', request, { traceparent: 'forged\tnonsense' })).text();
      expect(product.simulator.requests.map((call) => call.headers.traceparent)).toEqual([traceparent, undefined]);
    } finally {
      await product.stop();
    }
  });
});
