import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { type Simulator, startSimulator } from '#providers/simulator';
import { Product, TestProcess } from '#testing';

const upstreamKeys = { KEY_A: 'upstream-key-of-a', KEY_B: 'upstream-key-of-b' };
let directory: string;
let file: string;
let a: Simulator;
let b: Simulator;
let product: Product;

const routes = `
routes:
  - { match: claude-alias, alias: claude-opus-5-5, targets: [a] }
  - { match: claude-fallback, alias: claude-opus-5, targets: [a, b] }
  - { match: claude-alone, alias: claude-opus-5, targets: [a, b], fallback: false }
  - { match: claude-canary, alias: claude-opus-5, targets: [a, { target: b, canary: 25% }] }
  - { match: claude-shared, alias: claude-opus-5, targets: [{ target: a, weight: 1 }, { target: b, weight: 1 }] }
  - { match: claude-sighted, targets: [blind, b] }
  - { match: claude-blind, targets: [blind] }
  - { match: claude-roomy, targets: [small, b] }
  - { match: [claude-opus-*, claude-haiku-*], targets: [a] }
`;

function configuration(suffix = routes): string {
  return `targets:
  - { name: a, provider: anthropic, baseUrl: "${a.url}", apiKey: "\${env:KEY_A}" }
  - { name: b, provider: anthropic, baseUrl: "${b.url}", apiKeyEnv: KEY_B }
  - { name: blind, provider: openai-compatible, baseUrl: "${a.url}/v1", model: qwen3, apiKeyEnv: KEY_A, capabilities: { imageInput: false } }
  - { name: small, provider: openai-compatible, baseUrl: "${a.url}/v1", model: qwen3, apiKeyEnv: KEY_A }
${suffix}`;
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'routes-'));
  file = join(directory, 'routes.yaml');
  [a, b] = await Promise.all([startSimulator(), startSimulator()]);
  await writeFile(file, configuration());
  product = await Product.start({ workers: 0, env: { GATEWAY_CONFIG: file, ...upstreamKeys } });
});
afterEach(() => [a, b].forEach((simulator) => simulator.reset()));
afterAll(async () => {
  await product.stop();
  await Promise.all([a.close(), b.close()]);
  await rm(directory, { recursive: true });
});

async function ask(model: string, more: object = {}, headers: Record<string, string> = {}): Promise<Response> {
  return product.postJson(
    '/v1/messages',
    { model, max_tokens: 64, messages: [{ role: 'user', content: 'hi' }], ...more },
    { 'anthropic-version': '2023-06-01', ...headers },
  );
}

async function upstreamOf(response: Response): Promise<string | null> {
  expect(response.status).toBe(200);
  await response.arrayBuffer();
  return response.headers.get('x-proxy-upstream');
}

async function upstreamOfSession(model: string, session: string): Promise<string | null> {
  return upstreamOf(await ask(model, {}, { 'x-claude-code-session-id': session }));
}

describe('the routes of the environment', () => {
  it('ask OpenAI for the name that a client says where it is one of OpenAI’s, and for OPENAI_MODEL where it is not', async () => {
    const openai = await Product.start({
      env: (url) => ({
        ANTHROPIC_API_KEY: '',
        OPENAI_API_KEY: 'simulator-key',
        OPENAI_BASE_URL: `${url}/v1`,
        OPENAI_MODEL: 'gpt-4o',
      }),
    });
    try {
      for (const model of ['gpt-4.1', 'claude-opus-5']) {
        const body = { model, max_tokens: 64, messages: [{ role: 'user', content: 'hi' }] };
        const response = await openai.postJson('/v1/chat/completions', body);
        expect(await upstreamOf(response)).toBe('openai');
      }
      expect(openai.simulator.requests.map(({ json }) => json)).toEqual([
        expect.objectContaining({ model: 'gpt-4.1' }),
        expect.objectContaining({ model: 'gpt-4o' }),
      ]);
    } finally {
      await openai.stop();
    }
  });
});

describe('a route of the file', () => {
  it('asks upstream for its alias, with the target’s own key', async () => {
    expect(await upstreamOf(await ask('claude-alias'))).toBe('a');
    expect(a.requests[0]?.json).toMatchObject({ model: 'claude-opus-5-5', max_tokens: 64 });
    expect(a.requests[0]?.headers['x-api-key']).toBe('upstream-key-of-a');
  });

  it('falls back in its order, and not where it says so', async () => {
    a.script([{ status: 529 }]);
    const response = await ask('claude-fallback');
    expect(await upstreamOf(response)).toBe('b');
    expect(response.headers.get('x-proxy-attempts')).toBe('2');
    expect(b.requests[0]?.headers['x-api-key']).toBe('upstream-key-of-b');

    a.script([{ status: 400, message: 'no' }]);
    expect((await ask('claude-fallback')).status).toBe(400);
    a.script([{ status: 529, times: 9 }]);
    expect((await ask('claude-alone')).status).toBe(529);
    expect(b.requests).toHaveLength(1);
  });

  it('gives a canary its share of the sessions, and each session the same answer every time', async () => {
    const sessions = Array.from({ length: 80 }, (_, index) => `session-${index}`);
    const asked = async (): Promise<(string | null)[]> =>
      Promise.all(sessions.map(async (session) => upstreamOfSession('claude-canary', session)));
    const first = await asked();
    const share = first.filter((name) => name === 'b').length / sessions.length;
    expect(share).toBeGreaterThan(0.12);
    expect(share).toBeLessThan(0.4);
    expect(await asked()).toEqual(first);
  });

  it('moves a session to the other target while its own fails, and back', async () => {
    const own = await upstreamOfSession('claude-shared', 'one session');
    const [home, other] = own === 'a' ? [a, 'b'] : [b, 'a'];
    home.script([{ status: 529 }]);
    expect(await upstreamOfSession('claude-shared', 'one session')).toBe(other);
    expect(await upstreamOfSession('claude-shared', 'one session')).toBe(own);
  });

  it('sends a PDF past the target that cannot read it, and refuses it in the words that Claude Code knows', async () => {
    const source = { type: 'base64', media_type: 'application/pdf', data: Buffer.from('%PDF-1.4').toString('base64') };
    const withPdf = { messages: [{ role: 'user', content: [{ type: 'document', source }] }] };
    expect(await upstreamOf(await ask('claude-sighted'))).toBe('blind');
    expect(await upstreamOf(await ask('claude-sighted', withPdf))).toBe('b');
    const refused = await ask('claude-blind', withPdf);
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({
      error: { type: 'invalid_request_error', message: 'messages.0.content.0: This model does not support PDF input.' },
    });
  });

  it.each([
    [
      'with a tool that only Anthropic runs',
      { tools: [{ type: 'code_execution_20250825', name: 'code_execution' }] },
      {},
    ],
    ['of which it would lose something, of a strict client', { top_k: 5 }, { 'x-proxy-strict': 'true' }],
  ])('passes a target over for a request %s', async (_, more, headers: Record<string, string>) => {
    const response = await ask('claude-roomy', more, headers);
    expect(await upstreamOf(response)).toBe('b');
    expect(response.headers.get('x-proxy-attempts')).toBe('1');
    expect(b.requests[0]?.json).toMatchObject(more);
    expect(a.requests).toHaveLength(0);
    const messages = [{ role: 'user', content: 'hi' }];
    const durable = { request: { model: 'claude-roomy', max_tokens: 64, messages, ...more } };
    expect((await product.postJson('/api/enqueue', durable, headers)).status).toBe(202);
  });

  it('goes on to the next target where the context window of one is full, and says so where there is none', async () => {
    a.script({ windowTokens: 1000, times: 2 });
    const long = { messages: [{ role: 'user', content: 'word '.repeat(8000) }] };
    const response = await ask('claude-roomy', long);
    expect(await upstreamOf(response)).toBe('b');
    expect(response.headers.get('x-proxy-attempts')).toBe('2');
    const refused = await ask('claude-blind', long);
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({
      error: { message: expect.stringMatching(/^prompt is too long: \d+/) },
    });
  });

  it('that does not exist is a 404', async () => {
    const response = await ask('mistral-large');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      error: { type: 'not_found_error', message: 'model: mistral-large' },
    });
  });
});

describe('GET /v1/models', () => {
  it('lists the routes for Anthropic’s SDK, page by page', async () => {
    const client = new Anthropic({ apiKey: product.key, baseURL: product.url });
    const ids: string[] = [];
    for await (const { id } of client.models.list({ limit: 4 })) ids.push(id);
    expect(ids.slice(0, 7)).toEqual([
      'claude-alias',
      'claude-fallback',
      'claude-alone',
      'claude-canary',
      'claude-shared',
      'claude-sighted',
      'claude-blind',
    ]);
    expect(ids).toEqual(expect.arrayContaining(['claude-opus-5-5', 'claude-haiku-5-5']));
    expect(ids).not.toContain('claude-sonnet-5-5');
    expect(new Set(ids).size).toBe(ids.length);
    expect(await client.models.retrieve('claude-blind')).toMatchObject({
      type: 'model',
      capabilities: { image_input: { supported: false }, pdf_input: { supported: false } },
    });
    await expect(client.models.retrieve('no-such-model')).rejects.toMatchObject({
      status: 404,
      error: { type: 'error', error: { type: 'not_found_error', message: 'model: no-such-model' } },
    });
  });

  it('lists them for OpenAI’s SDK', async () => {
    const client = new OpenAI({ apiKey: product.key, baseURL: `${product.url}/v1` });
    const { data } = await client.models.list();
    expect(data).toContainEqual({ id: 'claude-alias', object: 'model', created: 0, owned_by: 'anthropic' });
    expect(await client.models.retrieve('claude-alias')).toMatchObject({ id: 'claude-alias', object: 'model' });
    await expect(client.models.retrieve('no/such-model')).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
      error: { type: 'invalid_request_error', message: 'model: no/such-model' },
    });
  });

  it('answers Claude Code’s discovery, and refuses who has no key in their own words', async () => {
    const response = await fetch(`${product.url}/v1/models?limit=1000`, {
      headers: { authorization: `Bearer ${product.key}`, 'user-agent': 'claude-code/2.1.329' },
    });
    expect(await response.json()).toMatchObject({ has_more: false, first_id: 'claude-alias' });
    const refused = await fetch(`${product.url}/v1/models`);
    expect(refused.status).toBe(401);
    expect(await refused.json()).toMatchObject({ error: { type: 'invalid_request_error', code: 'invalid_api_key' } });
  });
});

/** Resolves when the API says of the file's present version, which must be a new one, that it holds. */
async function untilHolds(): Promise<void> {
  const hash = createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
    .slice(0, 12);
  await product.api.untilSays(`"hash":"${hash}"`);
}

async function replaceFile(text: string): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

describe('a changed file', () => {
  it('holds after SIGHUP, and what is under way ends where it began', async () => {
    a.script([{ deltas: 5, intervalMs: 200 }]);
    const open = await ask('claude-alias', { stream: true });
    await writeFile(file, configuration('routes: [{ match: claude-alias, targets: [b] }]'));
    product.api.signal('SIGHUP');
    await untilHolds();
    expect(await upstreamOf(await ask('claude-alias'))).toBe('b');
    expect((await ask('claude-fallback')).status).toBe(404);
    expect(open.headers.get('x-proxy-upstream')).toBe('a');
    expect(await open.text()).toContain('event: message_stop');
  });

  it('holds without a signal when another is renamed into its place', async () => {
    await replaceFile(configuration('routes: [{ match: claude-renamed, targets: [a] }]'));
    await untilHolds();
    expect(await upstreamOf(await ask('claude-renamed'))).toBe('a');
  });

  it('with a problem is refused with its line, and the former one goes on holding', async () => {
    await replaceFile(configuration('routes: [{ match: claude-renamed, targets: [nowhere] }]'));
    await product.api.untilSays('the route file was refused');
    const refusal = product.api.logLines.find(({ message }) =>
      String(message).startsWith('the route file was refused'),
    );
    expect(refusal).toMatchObject({
      level: 'error',
      metadata: { problems: [expect.stringMatching(/routes\.yaml:6:45: routes\[0\]\.targets\[0\]: names a target/)] },
    });
    expect(await upstreamOf(await ask('claude-renamed'))).toBe('a');
    await replaceFile(configuration(`${routes}# repaired\n`));
    await untilHolds();
    expect(await upstreamOf(await ask('claude-alias'))).toBe('a');
  });

  it('never shows a key in the log', () => {
    for (const key of Object.values(upstreamKeys)) expect(product.api.text).not.toContain(key);
  });
});

describe('a file as Kubernetes mounts it', () => {
  it('is read again when the link behind it is swapped', async () => {
    const mount = join(directory, 'mount');
    const version = async (name: string, text: string): Promise<void> => {
      await mkdir(join(mount, name), { recursive: true });
      await writeFile(join(mount, name, 'routes.yaml'), text);
      await symlink(name, join(mount, '..data_tmp'));
      await rename(join(mount, '..data_tmp'), join(mount, '..data'));
    };
    await version('..1', configuration());
    await symlink('..data/routes.yaml', join(mount, 'routes.yaml'));
    const mounted = await Product.start({ env: { GATEWAY_CONFIG: join(mount, 'routes.yaml'), ...upstreamKeys } });
    try {
      await version('..2', configuration('routes: [{ match: claude-swapped, targets: [b] }]'));
      await mounted.api.untilSays('the route file was reloaded');
      const response = await mounted.fetch('/v1/models/claude-swapped');
      expect(response.status).toBe(200);
    } finally {
      await mounted.stop();
    }
  });
});

describe('a process', () => {
  it('does not start with a file that has problems, and says each with its line', async () => {
    const bad = join(directory, 'bad.yaml');
    await writeFile(
      bad,
      'targets:\n  - name: a\n    provider: gemini\n    baseUrl: https://a.example\n    apiKey: sk-literal\n',
    );
    for (const entry of ['apps/api/src/main.js', 'apps/worker/src/main.js']) {
      const child = TestProcess.spawn(entry, { PROXY_API_KEY: product.key, GATEWAY_CONFIG: bad });
      expect(await child.exited()).toBe(1);
      expect(child.text).toContain(`${bad}:3:15: targets[0].provider: must be one of anthropic`);
      expect(child.text).toContain(`${bad}:5:13: targets[0].apiKey: must be a reference such as \${env:NAME}`);
      expect(child.text).not.toContain('sk-literal');
    }
  });

  it('takes the text of a file from the environment, and names the variable where it has problems', async () => {
    const texted = await Product.start({
      env: { GATEWAY_CONFIG_YAML: configuration('routes: [{ match: claude-text, targets: [b] }]'), ...upstreamKeys },
    });
    try {
      expect((await texted.fetch('/v1/models/claude-text')).status).toBe(200);
    } finally {
      await texted.stop();
    }
    for (const entry of ['apps/api/src/main.js', 'apps/worker/src/main.js']) {
      const child = TestProcess.spawn(entry, { PROXY_API_KEY: product.key, GATEWAY_CONFIG_YAML: 'targets: [\n' });
      expect(await child.exited()).toBe(1);
      expect(child.text).toMatch(/GATEWAY_CONFIG_YAML:2:1: /);
    }
  });

  it('that has no file leaves SIGHUP its usual meaning', async () => {
    const plain = await Product.start();
    plain.api.signal('SIGHUP');
    await plain.api.exited();
    expect(plain.api.running).toBe(false);
    await plain.stop();
  });
});
