import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type ClientKind,
  clients,
  Product,
  quickRetries,
  type Server,
  type UpstreamKind,
  upstreamKinds,
} from '#testing';

type Dialect = 'messages' | 'chat' | 'responses';

const dialects: readonly Dialect[] = ['messages', 'chat', 'responses'];
const asked = dialects.flatMap((dialect) => [false, true].map((stream) => ({ dialect, stream })));
const paths = { messages: '/v1/messages', chat: '/v1/chat/completions', responses: '/v1/responses' };

let product: Product;
let server: Server;

const bodies = {
  messages: { max_tokens: 64, messages: [{ role: 'user', content: 'hi' }] },
  chat: { messages: [{ role: 'user', content: 'hi' }] },
  responses: { input: 'hi' },
};

/** What failed in one test must not make the target look ill to the next. */
async function recover(): Promise<void> {
  product.simulator.reset();
  for (let status = 0; status !== 200;) {
    const response = await product.postJson('/v1/messages', { model: 'claude-opus-4-8', ...bodies.messages });
    await response.text();
    ({ status } = response);
    if (status !== 200) await new Promise((resolve) => setTimeout(resolve, 100));
  }
  product.simulator.reset();
}

/** Where client and upstream speak the same dialect, the words of a refusal are the upstream's own. */
function inOwnWords(kind: UpstreamKind, dialect: Dialect): boolean {
  if (kind.dialect === 'messages' || dialect === 'messages') return kind.dialect === dialect;
  return dialect === 'chat' || kind.name !== 'an OpenAI-compatible server';
}

function isOurs(dialect: Dialect): boolean {
  return dialect === 'messages';
}

function dialectOf({ name }: ClientKind): Dialect {
  if (name.includes('Anthropic')) return 'messages';
  return name.includes('(chat)') ? 'chat' : 'responses';
}

interface ErrorAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly error: { readonly type: string; readonly message: string; readonly code?: string | null };
}

async function refusal(dialect: Dialect, stream: boolean): Promise<ErrorAnswer> {
  const response = await product.postJson(paths[dialect], { model: 'claude-opus-4-8', ...bodies[dialect], stream });
  const body = (await response.json()) as { type?: string; error: ErrorAnswer['error']; request_id?: string };
  if (dialect === 'messages') expect(body).toMatchObject({ type: 'error', request_id: expect.stringMatching(/^req_/) });
  else expect(body.error).toMatchObject({ message: expect.any(String) });
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  return { status: response.status, headers: response.headers, error: body.error };
}

describe.each(upstreamKinds)('behind the product stands $name:', (kind) => {
  beforeAll(async () => {
    product = await Product.start({ env: (url) => ({ ...kind.env(url), ...quickRetries }) });
  });
  afterEach(recover);
  afterAll(async () => product.stop());

  const vendorIsAnthropic = kind.dialect === 'messages';

  it.each(asked)('a full context reads as clients know it ($dialect, stream: $stream)', async ({ dialect, stream }) => {
    product.simulator.script(
      vendorIsAnthropic
        ? 'status=400 message="prompt is too long: 150000 tokens > 128000 maximum"'
        : 'status=400 code=context_length_exceeded',
    );
    const { status, error } = await refusal(dialect, stream);
    expect(status).toBe(400);
    expect(error.type).toBe('invalid_request_error');
    expect(error.message).toContain(
      isOurs(dialect) || !inOwnWords(kind, dialect)
        ? 'prompt is too long: 150000 tokens > 128000 maximum'
        : 'maximum context length',
    );
    if (!isOurs(dialect)) expect(error.code).toBe('context_length_exceeded');
    expect(product.simulator.requests).toHaveLength(1);
  });

  it.each(asked)(
    'a refused key of the operator is not the client’s 401 ($dialect, stream: $stream)',
    async ({ dialect, stream }) => {
      product.simulator.script('status=401 times=9');
      const { status, error } = await refusal(dialect, stream);
      expect(status).toBe(502);
      expect(error).toMatchObject(
        isOurs(dialect) ? { type: 'api_error' } : { type: 'server_error', code: 'server_error' },
      );
      expect(error.message).not.toMatch(/key|azure|openai|anthropic/i);
      expect(product.simulator.requests).toHaveLength(1);
    },
  );

  it.each(asked)(
    'a model that the upstream does not have is a 404 ($dialect, stream: $stream)',
    async ({ dialect, stream }) => {
      product.simulator.script(
        vendorIsAnthropic ? 'status=404 message="model: claude-opus-4-8"' : 'status=404 code=model_not_found',
      );
      const { status, error } = await refusal(dialect, stream);
      expect(status).toBe(404);
      expect(error).toMatchObject(isOurs(dialect) ? { type: 'not_found_error' } : { code: 'model_not_found' });
      if (!inOwnWords(kind, dialect)) expect(error.message).toBe('model: claude-opus-4-8');
    },
  );

  it.each(asked)('a rate limit says when to come back ($dialect, stream: $stream)', async ({ dialect, stream }) => {
    product.simulator.script('status=429 retry-after=37 times=9');
    const { status, headers, error } = await refusal(dialect, stream);
    expect(status).toBe(429);
    expect(headers.get('retry-after')).toBe('37');
    expect(headers.get('x-ratelimit-limit-requests')).toBeNull();
    expect(headers.get('anthropic-ratelimit-requests-limit')).toBeNull();
    if (!inOwnWords(kind, dialect)) expect(error.type).toBe('rate_limit_error');
  });

  it.each(asked)(
    'an overload is one in the client’s words ($dialect, stream: $stream)',
    async ({ dialect, stream }) => {
      product.simulator.script(`status=${vendorIsAnthropic ? 529 : 503} retry-after=37 times=9`);
      const { status, headers, error } = await refusal(dialect, stream);
      expect(status).toBe(isOurs(dialect) ? 529 : 503);
      expect(headers.get('retry-after')).toBe('37');
      if (!inOwnWords(kind, dialect))
        expect(error).toMatchObject(
          isOurs(dialect) ? { type: 'overloaded_error' } : { type: 'server_error', code: 'overloaded' },
        );
    },
  );

  it.each(asked)('a used-up quota is not tried again ($dialect, stream: $stream)', async ({ dialect, stream }) => {
    product.simulator.script(vendorIsAnthropic ? 'status=402 times=9' : 'status=429 code=insufficient_quota times=9');
    const { status, headers, error } = await refusal(dialect, stream);
    expect(status).toBe(isOurs(dialect) ? 402 : 429);
    if (!isOurs(dialect)) expect(headers.get('x-should-retry')).toBe('false');
    expect(error).toMatchObject(isOurs(dialect) ? { type: 'billing_error' } : { code: 'insufficient_quota' });
    expect(product.simulator.requests).toHaveLength(1);
  });

  it.each(asked.filter(({ stream }) => stream))(
    'an error as first event is an HTTP error ($dialect)',
    async ({ dialect }) => {
      product.simulator.script(`error=0:${vendorIsAnthropic ? 'overloaded_error' : 'server_is_overloaded'} times=9`);
      const { status, error } = await refusal(dialect, true);
      expect(status).toBe(isOurs(dialect) ? 529 : 503);
      expect(error).toMatchObject(isOurs(dialect) ? { type: 'overloaded_error' } : { code: 'overloaded' });
    },
  );
});

// One of each wire: what breaks bytes knows no vendors.
const wires = upstreamKinds.filter(
  (kind, index, all) => all.findIndex(({ dialect }) => dialect === kind.dialect) === index,
);

describe.each(wires)('from $name', (kind) => {
  beforeAll(async () => {
    product = await Product.start({ env: (url) => ({ ...kind.env(url), ...quickRetries }) });
    server = { url: product.url, key: product.key, model: 'claude-opus-4-8' };
  });
  afterEach(recover);
  afterAll(async () => product.stop());

  it.each<[string, string]>([
    ['a proxy’s page', 'html times=9'],
    ['a page in place of the answer', 'html status=200 times=9'],
    ['no JSON', 'garbage=0 times=9'],
    ['half of it', 'half-json=0 times=9'],
    ['an early end', 'eof=0 times=9'],
    ['a lost connection', 'cut=0 times=9'],
    ['a reset', 'reset times=9'],
    ['a reset after the headers', 'reset=headers times=9'],
  ])('an answer that is %s is an error, for all alike', async (_name, script) => {
    for (const { dialect, stream } of asked.filter((each) => each.dialect !== 'chat')) {
      await recover();
      product.simulator.script(script);
      const { status, error } = await refusal(dialect, stream);
      expect([500, 502, 529, 503]).toContain(status);
      expect(error.message).not.toMatch(/127\.0\.0\.1|<html|position \d/);
    }
    expect(product.api.running).toBe(true);
  });

  it.each(['error=9', 'eof=9', 'cut=9', 'garbage=9', 'half-json=9'])('%s never is a whole answer', async (fault) => {
    for (const client of clients.filter(({ stream }) => stream)) {
      await recover();
      product.simulator.script(
        `text="one two three four five six seven eight nine ten" deltas=10 interval=10 ${fault}`,
      );
      await expect(
        client.ask(server, { prompt: 'Count.' }).then((said) => `${client.name}: ${JSON.stringify(said)}`),
      ).rejects.toThrow();
    }
    await product.simulator.idle();
  });

  it('NUL bytes between events lose nothing, or are an error', async () => {
    const translated = clients.filter((client) => client.legacy || !inOwnWords(kind, dialectOf(client)));
    for (const client of translated.filter(({ stream }) => stream)) {
      await recover();
      product.simulator.script('text="one two three four five six seven eight nine ten" deltas=10 interval=10 nul=9');
      const text = await client.ask(server, { prompt: 'Count.' }).then(
        (said) => said.text,
        () => 'an error',
      );
      expect(['one two three four five six seven eight nine ten', 'an error']).toContain(text);
    }
  });

  it('a call that was cut off is never closed for the Anthropic SDK, which would run it', async () => {
    for (const fault of ['error=7', 'eof=7', 'cut=7']) {
      await recover();
      product.simulator.script(
        `tool=run input={"command":"rm -rf /tmp/some/long/path/that/goes/on/and/on"} interval=3 ${fault}`,
      );
      const response = await product.postJson('/v1/messages', {
        model: 'claude-opus-4-8',
        ...bodies.messages,
        max_tokens: 512,
        tools: [{ name: 'run', input_schema: { type: 'object' } }],
        stream: true,
      });
      const text = await response.text();
      expect(text).toContain('"name":"run"');
      expect(text).not.toContain('content_block_stop');
      expect(text).not.toContain('message_stop');
      expect(text).toContain('event: error');
    }
  });
});
