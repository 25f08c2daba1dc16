import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type EmbeddedCloud, JobClient, metricsAt, Product, sumOf } from '#testing';

type Row = Readonly<Record<string, unknown>>;

let product: Product;
let cloud: EmbeddedCloud;
let spoolDir: string;

beforeAll(async () => {
  spoolDir = await mkdtemp(join(tmpdir(), 'usage-spool-'));
  product = await Product.start({ workers: 1, env: { USAGE_SPOOL_DIR: spoolDir } });
  if (product.cloud === undefined) throw new Error('no cloud');
  cloud = product.cloud;
});
afterEach(() => product.simulator.reset());
afterAll(async () => {
  await product.stop();
  await rm(spoolDir, { recursive: true, force: true });
});

const request = { model: 'claude-opus-5', max_tokens: 64, messages: [{ role: 'user', content: 'Say hello.' }] };
const told = { input: 1200, output: 300, cacheRead: 40_000, cacheWrite: 5000, thinking: 20 };
// 1200 × 5 + 300 × 25 + 40 000 × 0.5 + 5000 × 6.25 micro-USD
const cost = 64_750;
const columns = {
  input_tokens: told.input,
  output_tokens: told.output,
  cache_read_tokens: told.cacheRead,
  cache_creation_5m_tokens: told.cacheWrite,
  cache_creation_1h_tokens: 0,
  thinking_tokens: told.thinking,
};

async function rowsOf(table: 'usage_operations' | 'usage_attempts', filter: string): Promise<Row[]> {
  const { SUPABASE_URL: url = '', SUPABASE_SERVICE_ROLE_KEY: key = '' } = cloud.env;
  const response = await fetch(`${url}/rest/v1/${table}?select=*&${filter}`, {
    headers: { apikey: key, authorization: `Bearer ${key}` },
  });
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()) as Row[];
}

/** The rows of one operation, once they are there. */
async function ledgerOf(id: string, filter = `id=eq.${id}`): Promise<{ operation: Row; attempts: Row[] }> {
  for (;;) {
    const [operation] = await rowsOf('usage_operations', filter);
    if (operation !== undefined) {
      return {
        operation,
        attempts: await rowsOf('usage_attempts', `operation_id=eq.${String(operation.id)}&order=number`),
      };
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function idOf(response: Response): string {
  return response.headers.get('request-id') ?? '';
}

/** Sync requests and streams at once, all of them answered; their ids. */
async function traffic(): Promise<string[]> {
  const responses = await Promise.all(
    Array.from({ length: 40 }, async (_, index) => {
      const messages = [{ role: 'user', content: `Say ${'many '.repeat(index)}words.` }];
      const response = await product.postJson('/v1/messages', { ...request, messages, stream: index % 2 === 0 });
      expect(response.status).toBe(200);
      await response.text();
      return response;
    }),
  );
  return responses.map(idOf);
}

describe('the ledger', () => {
  it('has a plain answer, with its tokens by kind, its cost and its times', async () => {
    product.simulator.script({ usage: told });
    const response = await product.postJson('/v1/messages', request, { 'x-correlation-id': 'correlation-1' });
    expect(response.status).toBe(200);
    const { operation, attempts } = await ledgerOf(idOf(response));
    expect(operation).toMatchObject({
      ...columns,
      key_id: expect.stringMatching(/^key_[0-9a-f]{12}$/),
      dialect: 'messages',
      mode: 'sync',
      endpoint: '/v1/messages',
      model_asked: 'claude-opus-5',
      model_used: 'claude-opus-5',
      model_answered: 'claude-opus-5',
      provider: 'anthropic',
      target: 'anthropic',
      cost_micro_usd: cost,
      outcome: 'ended',
      error_code: null,
      status: 200,
      attempts: 1,
      first_byte_ms: expect.any(Number),
      duration_ms: expect.any(Number),
      correlation_id: 'correlation-1',
      job_id: null,
    });
    expect(attempts).toEqual([
      expect.objectContaining({
        ...columns,
        number: 1,
        outcome: 'ended',
        status: 200,
        first_byte_ms: expect.any(Number),
      }),
    ]);
  });

  it('has a stream of another dialect, and the call before it that failed', async () => {
    product.simulator.script([{ status: 529, retryAfterMs: 1 }, { usage: told }]);
    const response = await product.postJson('/v1/chat/completions', { ...request, stream: true });
    await response.text();
    const { operation, attempts } = await ledgerOf(idOf(response));
    expect(operation).toMatchObject({
      ...columns,
      dialect: 'chat',
      mode: 'stream',
      endpoint: '/v1/chat/completions',
      model_answered: 'claude-opus-5',
      attempts: 2,
      outcome: 'ended',
      cost_micro_usd: cost,
    });
    expect(attempts).toEqual([
      expect.objectContaining({
        number: 1,
        outcome: 'failed',
        status: 529,
        error_code: 'overloaded',
        output_tokens: 0,
      }),
      expect.objectContaining({ ...columns, number: 2, outcome: 'ended', status: 200 }),
    ]);
  });

  it('has what failed: refused by us, refused by the upstream, broken off in the middle', async () => {
    const ours = await product.postJson('/v1/messages', { ...request, messages: [] });
    product.simulator.script({ status: 400, message: 'messages: too funny' });
    const theirs = await product.postJson('/v1/messages', request);
    product.simulator.script({ usage: told, words: 50, fault: { kind: 'cut', afterEvents: 5 } });
    const broken = await product.postJson('/v1/messages', { ...request, stream: true });
    expect(await broken.text()).toContain('event: error');

    expect(await ledgerOf(idOf(ours))).toMatchObject({
      operation: { outcome: 'failed', status: 400, error_code: 'invalid_request', attempts: 0, cost_micro_usd: 0 },
      attempts: [],
    });
    expect(await ledgerOf(idOf(theirs))).toMatchObject({
      operation: { outcome: 'failed', status: 400, error_code: 'invalid_request', attempts: 1, cost_micro_usd: 0 },
      attempts: [{ outcome: 'failed', status: 400, error_code: 'invalid_request' }],
    });
    const { operation, attempts } = await ledgerOf(idOf(broken));
    expect(operation).toMatchObject({
      outcome: 'failed',
      status: 200,
      input_tokens: told.input,
      cache_read_tokens: told.cacheRead,
    });
    expect(operation.cost_micro_usd).toBeGreaterThan(0);
    expect(operation.cost_micro_usd).toBeLessThan(cost);
    expect(attempts).toMatchObject([{ outcome: 'failed', status: 200, input_tokens: told.input }]);
  });

  it('has what was told until the client left', async () => {
    product.simulator.script({ usage: told, words: 500, intervalMs: 20 });
    const leaving = new AbortController();
    const response = await product.fetch('/v1/messages', {
      method: 'POST',
      body: JSON.stringify({ ...request, stream: true }),
      signal: leaving.signal,
    });
    await response.body?.getReader().read();
    leaving.abort();
    const { operation, attempts } = await ledgerOf(idOf(response));
    expect(operation).toMatchObject({
      outcome: 'aborted',
      mode: 'stream',
      input_tokens: told.input,
      cache_read_tokens: told.cacheRead,
    });
    expect(attempts).toMatchObject([{ outcome: 'aborted', status: 200, input_tokens: told.input }]);
  });

  it('has a client that left before there was an answer', async () => {
    product.simulator.script({ delayMs: 5000 });
    const correlation = `gone-${Date.now()}`;
    const leaving = new AbortController();
    const gone = product.fetch('/v1/messages', {
      method: 'POST',
      body: JSON.stringify(request),
      headers: { 'x-correlation-id': correlation },
      signal: leaving.signal,
    });
    while (product.simulator.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    leaving.abort();
    await expect(gone).rejects.toThrow();
    expect(await ledgerOf('', `correlation_id=eq.${correlation}`)).toMatchObject({
      operation: { outcome: 'aborted', first_byte_ms: null, output_tokens: 0, attempts: 1 },
      attempts: [{ outcome: 'aborted', status: null, first_byte_ms: null }],
    });
    await product.api.untilSays(correlation);
    expect(product.api.logLines.filter(({ correlationId }) => correlationId === correlation)).toMatchObject([
      {
        message: 'POST /v1/messages 499',
        metadata: { outcome: 'aborted', response: { statusCode: 499, complete: false } },
      },
    ]);
  });

  it('has a job, under its own id, priced like any other request', async () => {
    product.simulator.script({ usage: told });
    const jobs = new JobClient(product);
    const id = await jobs.enqueue(request);
    await jobs.untilFinished(id);
    expect(await ledgerOf(id)).toMatchObject({
      operation: {
        ...columns,
        id,
        job_id: id,
        mode: 'durable',
        endpoint: '/api/enqueue',
        cost_micro_usd: cost,
        status: 200,
      },
      attempts: [{ ...columns, status: 200 }],
    });
  });

  it('has the model that answered where the answer was translated, of a job too', async () => {
    const response = await product.postJson('/v1/chat/completions', request);
    await response.text();
    const answered = { dialect: 'chat', model_answered: 'claude-opus-5' };
    expect((await ledgerOf(idOf(response))).operation).toMatchObject({ ...answered, mode: 'sync' });
    const jobs = new JobClient(product);
    const id = await jobs.enqueue(request, { dialect: 'chat' });
    await jobs.untilFinished(id);
    expect((await ledgerOf(id)).operation).toMatchObject({ ...answered, mode: 'durable' });
  });

  it('has no price for a model that it does not know', async () => {
    product.simulator.script({ usage: told });
    const response = await product.postJson('/v1/messages', { ...request, model: 'claude-unheard-of' });
    expect((await ledgerOf(idOf(response))).operation).toMatchObject({ ...columns, cost_micro_usd: null });
  });
});

describe('an answer that tells no tokens', () => {
  it('has none in the ledger, unlike one that was refused, and the report says of how many its sums are', async () => {
    const model = 'claude-silent';
    const body = { type: 'message', role: 'assistant', model, content: [{ type: 'text', text: 'Hello.' }] };
    product.simulator.script([
      { raw: { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } },
      { status: 400 },
    ]);
    const answered = await ledgerOf(idOf(await product.postJson('/v1/messages', { ...request, model })));
    const refused = await ledgerOf(idOf(await product.postJson('/v1/messages', { ...request, model })));
    const unknown = Object.fromEntries(Object.keys(columns).map((column) => [column, null]));
    const nothing = Object.fromEntries(Object.keys(columns).map((column) => [column, 0]));
    expect(answered).toMatchObject({ operation: { ...unknown, cost_micro_usd: null }, attempts: [unknown] });
    expect(refused).toMatchObject({ operation: { ...nothing, cost_micro_usd: 0 }, attempts: [nothing] });

    const { rows } = (await (await product.fetch('/api/usage?group_by=model')).json()) as { rows: Row[] };
    expect(rows.find((row) => row.model === model)).toMatchObject({
      ...nothing,
      operations: 2,
      unpriced: 1,
      untold: 1,
    });
  });
});

describe('while the database is away', () => {
  interface Sums {
    readonly operations: number;
    readonly input_tokens: number;
    readonly output_tokens: number;
    readonly cache_read_tokens: number;
    readonly cache_creation_5m_tokens: number;
  }

  async function sumsSince(from: Date): Promise<Sums | undefined> {
    const to = new Date(Date.now() + 60_000);
    const query = `from=${from.toISOString()}&to=${to.toISOString()}&group_by=`;
    const { rows } = (await (await product.fetch(`/api/usage?${query}`)).json()) as { rows: Sums[] };
    return rows[0];
  }

  async function expectAllOf(ids: readonly string[], from: Date): Promise<void> {
    while (((await sumsSince(from))?.operations ?? 0) < ids.length)
      await new Promise((resolve) => setTimeout(resolve, 100));
    const { calls, tokens } = product.simulator.counts;
    expect(calls).toBe(ids.length);
    expect(await sumsSince(from)).toMatchObject({
      operations: ids.length,
      input_tokens: tokens.input,
      output_tokens: tokens.output,
      cache_read_tokens: tokens.cacheRead,
      cache_creation_5m_tokens: tokens.cacheWrite,
    });
    const attempts = await rowsOf('usage_attempts', `operation_id=in.(${ids.join(',')})`);
    expect(attempts.map((row) => String(row.operation_id)).toSorted()).toEqual(ids.toSorted());
  }

  it('requests are served, and all of them are on record when it is back, once', async () => {
    const from = new Date();
    await cloud.stopSupabase('SIGKILL');
    const ids = await traffic();
    await product.api.untilSays('usage rows cannot be recorded now, and are kept');
    await cloud.startSupabase();
    await expectAllOf(ids, from);
  });

  it('the process may be killed: what it had put on disk is on record all the same', async () => {
    const from = new Date();
    await cloud.stopSupabase('SIGKILL');
    const ids = await traffic();
    const rowsInMemory = async (): Promise<number | undefined> =>
      sumOf(await metricsAt(`${product.url}/metrics`, product.key), 'claude_proxy_usage_spool_depth');
    while ((await rowsInMemory()) !== 0) await new Promise((resolve) => setTimeout(resolve, 100));
    await product.api.stop('SIGKILL');
    await product.startApi();
    await cloud.startSupabase();
    await expectAllOf(ids, from);
  });

  it('the process may end: the next one records what it had not', async () => {
    const from = new Date();
    await cloud.stopSupabase('SIGKILL');
    const ids = await traffic();
    expect(await product.api.stop()).toBe(0);
    expect(await readdir(spoolDir)).not.toEqual([]);
    await product.startApi();
    const { details } = (await (await fetch(`${product.url}/health`)).json()) as {
      details: { usage_spool: Record<string, unknown> };
    };
    expect(details.usage_spool).toMatchObject({ status: 'degraded', depth: 0, bytesOnDisk: expect.any(Number) });
    const disk = await metricsAt(`${product.url}/metrics`, product.key);
    expect(sumOf(disk, 'claude_proxy_usage_spool_disk_bytes')).toBe(details.usage_spool.bytesOnDisk);
    expect(sumOf(disk, 'claude_proxy_usage_spool_oldest_age_seconds')).toBeGreaterThan(0);
    await cloud.startSupabase();
    await expectAllOf(ids, from);
    while ((await readdir(spoolDir)).length > 0) await new Promise((resolve) => setTimeout(resolve, 50));
  });
});

describe('GET /api/usage', () => {
  it('groups by day, model, provider and key', async () => {
    const response = await product.fetch('/api/usage?group_by=model,day&group_by=key,provider');
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const report = (await response.json()) as { group_by: string[]; rows: Row[] };
    expect(report).toMatchObject({ from: expect.any(String), to: expect.any(String) });
    expect(report.group_by).toEqual(['day', 'model', 'provider', 'key']);
    const row = report.rows.find(({ model }) => model === 'claude-unheard-of');
    expect(row).toEqual({
      day: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
      model: 'claude-unheard-of',
      provider: 'anthropic',
      key: expect.stringMatching(/^key_/),
      operations: 1,
      ended: 1,
      failed: 0,
      aborted: 0,
      attempts: 1,
      ...columns,
      cost_micro_usd: null,
      unpriced: 1,
      untold: 0,
    });
  });

  it('is a spreadsheet when asked for, in which no model name is a formula', async () => {
    const bad = '=HYPERLINK("http://x","y")';
    const { status } = await product.postJson('/v1/messages', { ...request, model: bad, messages: [] });
    expect(status).toBe(400);
    const asked = await product.postJson('/v1/messages', { ...request, model: bad });
    await ledgerOf(idOf(asked));
    const byFormat = await product.fetch('/api/usage?group_by=model&format=csv');
    const byHeader = await product.fetch('/api/usage?group_by=model', { headers: { accept: 'text/csv' } });
    for (const response of [byFormat, byHeader]) {
      expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
      expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="?usage-[\d-]+\.csv"?$/);
      const text = await response.text();
      expect(text.split('\r\n')[0]).toMatch(/^model,operations,ended,failed,aborted,attempts,input_tokens,/);
      expect(text).toContain(`"'=HYPERLINK(""http://x"",""y"")",`);
    }
  });

  it.each([
    ['from=yesterday', 'from: a date such as'],
    ['from=2026-02-30', 'from: a date such as'],
    ['from=2026-11-02&to=2026-11-01', 'to: it must be later than from'],
    ['from=2020-01-01&to=2026-01-01', 'from: at most 366 days'],
    ['from=9999-12-30&to=9999-12-31T23:59:59-01:00', 'to: no year is later than 9999'],
    ['group_by=colour', 'group_by: any of day, model, provider, key'],
    ['group_by=day,day', 'group_by: each may be named only once'],
    ['format=xml', 'format: json or csv'],
    ['until=2026-01-01', 'until: there is no such parameter'],
  ])('refuses %s with a 400 that says where', async (query, message) => {
    const response = await product.fetch(`/api/usage?${query}`);
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as { error: { type: string; message: string } };
    expect(error.type).toBe('invalid_request_error');
    expect(error.message).toContain(message);
  });

  it("tells a key nothing of another owner's, and wants one", async () => {
    const other = 'other-key-0123456789abcdef0123456789ab';
    expect((await fetch(`${product.url}/api/usage`)).status).toBe(401);
    await product.api.stop();
    await product.startApi({ PROXY_API_KEY: other });
    const theirs = await product.fetch('/api/usage', { headers: { 'x-api-key': other } });
    expect(((await theirs.json()) as { rows: Row[] }).rows).toEqual([]);
    await product.api.stop();
    await product.startApi({ PROXY_API_KEY: other, PROXY_API_KEY_PREVIOUS: product.key });
    const rotated = await product.fetch('/api/usage', { headers: { 'x-api-key': other } });
    expect(((await rotated.json()) as { rows: Row[] }).rows).not.toEqual([]);
  });

  it('is not configured without a database', async () => {
    const alone = await Product.start();
    try {
      const response = await alone.fetch('/api/usage');
      expect(response.status).toBe(503);
      expect(await response.text()).toContain('not configured');
      expect((await alone.postJson('/v1/messages', request)).status).toBe(200);
    } finally {
      await alone.stop();
    }
  });
});
