import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Collector, JobClient, Product, TestProcess } from '#testing';

/** What must never be found in anything that the processes say. */
const marks = {
  prompt: 'MARKED-PROMPT-7d1f',
  system: 'MARKED-SYSTEM-7d1f',
  answer: 'MARKED-ANSWER-7d1f',
  tool: 'MARKED-TOOL-7d1f',
  metadata: 'MARKED-METADATA-7d1f',
  header: 'MARKED-HEADER-7d1f',
  query: 'MARKED-QUERY-7d1f',
  malformed: 'MARKED-MALFORMED-7d1f',
  member: 'MARKED_MEMBER_7d1f',
  upstreamWords: 'MARKED-UPSTREAM-7d1f',
  wrongKey: 'MARKED-WRONG-KEY-7d1f-0123456789abcdef',
  upstreamKey: 'MARKED-UPSTREAM-KEY-7d1f',
  crash: 'MARKED-CRASH-7d1f',
} as const;

/** Throws in the process, on a signal, what real code throws with a prompt in its hands. */
const crashes = {
  'a parser that quotes its input': 'JSON.parse(mark)',
  'an error whose message repeats a prompt': 'throw new Error(mark)',
  'an error whose message repeats a stack trace out of a prompt':
    'throw new TypeError("no\\n    at " + mark + " (file.js:1:1)")',
  'an error with a cause that does': 'throw new TypeError("failed", { cause: new Error(mark) })',
  'a server’s error that quotes a value':
    'throw Object.assign(new Error(`invalid value "${mark}"`), { code: "22P02" })',
  'a promise rejected with a string': 'void Promise.reject(mark)',
  'something thrown that is no error': 'throw { prompt: mark }',
};

let product: Product;
let collector: Collector;
const ended: TestProcess[] = [];

beforeAll(async () => {
  collector = await Collector.start();
  product = await Product.start({
    workers: 1,
    env: {
      LOG_LEVEL: 'trace',
      DEBUG: '*',
      METRICS_EMF: 'true',
      ANTHROPIC_API_KEY: marks.upstreamKey,
      ...collector.env,
      OTEL_BSP_SCHEDULE_DELAY: '100',
    },
  });
});
afterAll(async () => {
  await product.stop();
  await collector.stop();
});

function messages(extra: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    model: 'claude-opus-5',
    max_tokens: 64,
    system: marks.system,
    metadata: { user_id: marks.metadata },
    tools: [
      {
        name: 'look',
        description: marks.tool,
        input_schema: { type: 'object', properties: { place: { type: 'string' } } },
      },
    ],
    messages: [{ role: 'user', content: marks.prompt }],
    ...extra,
  };
}

const chat = { model: 'claude-opus-5', messages: [{ role: 'user', content: marks.prompt }], user: marks.metadata };

/** Headers that clients send besides. */
const around = { cookie: marks.header, 'x-custom': marks.header, 'anthropic-beta': marks.header };

async function post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<number> {
  const response = await product.postJson(`${path}?beta=true&note=${marks.query}`, body, { ...around, ...headers });
  await response.text();
  return response.status;
}

async function spoken(): Promise<string> {
  const urls = [
    `${product.url}/metrics`,
    `${product.url}/health`,
    ...product.workerUrls.flatMap((url) => [`${url}/metrics`, `${url}/health`]),
  ];
  const served = await Promise.all(
    urls.map(async (url) => (await fetch(url, { headers: { 'x-api-key': product.key } })).text()),
  );
  const output = [...ended, product.api, ...product.workers].map(({ text }) => text);
  return [...output, ...served, collector.received].join('\n');
}

async function expectSilence(): Promise<void> {
  // The log is flushed four times a second.
  await new Promise((resolve) => setTimeout(resolve, 500));
  const everything = await spoken();
  for (const [what, mark] of Object.entries({ ...marks, ownKey: product.key })) {
    const at = everything.indexOf(mark);
    expect([what, at === -1 ? 'nowhere' : everything.slice(Math.max(0, at - 300), at + 50)]).toEqual([what, 'nowhere']);
  }
}

describe('nothing of prompts, answers, keys and metadata is logged, counted or traced', () => {
  it('for requests that go well, in every dialect and mode', async () => {
    product.simulator.script(() => ({ text: marks.answer }));
    for (const stream of [false, true]) {
      expect(await post('/v1/messages', messages({ stream }))).toBe(200);
      expect(await post('/v1/chat/completions', { ...chat, stream })).toBe(200);
      expect(await post('/v1/responses', { model: 'claude-opus-5', input: marks.prompt, stream })).toBe(200);
      expect(await post('/v1/completions', { model: 'claude-opus-5', prompt: marks.prompt, stream })).toBe(200);
    }
    expect(await post('/v1/messages/count_tokens', messages())).toBe(200);
    await expectSilence();
  });

  it('for requests that are refused', async () => {
    const malformed = await product.fetch('/v1/messages', {
      method: 'POST',
      body: `{"model": "${marks.malformed}", ${marks.prompt}`,
    });
    expect(malformed.status).toBe(400);
    expect(await post('/v1/messages', messages({ max_tokens: marks.malformed }))).toBe(400);
    expect(await post('/v1/messages', messages({ messages: [{ role: marks.malformed, content: marks.prompt }] }))).toBe(
      400,
    );
    expect(
      await post('/v1/chat/completions', {
        ...chat,
        messages: [{ role: 'user', content: [{ type: marks.malformed }] }],
      }),
    ).toBe(400);
    const deep: unknown = JSON.parse('['.repeat(700) + ']'.repeat(700));
    expect(await post('/v1/chat/completions', { ...chat, [marks.member]: deep })).toBe(400);
    expect(await post('/v1/chat/completions', { ...chat, [marks.member]: 1 }, { 'x-proxy-strict': 'true' })).toBe(400);
    expect(await post('/api/enqueue', { request: messages(), [marks.member]: 1 })).toBe(400);
    expect(await post('/api/enqueue', { request: messages(), metadata: { [marks.member]: '\0' } })).toBe(400);
    expect(await post('/v1/messages', messages(), { 'x-api-key': marks.wrongKey })).toBe(401);
    expect(await post('/v1/messages', messages(), { 'x-api-key': '', authorization: `Bearer ${marks.wrongKey}` })).toBe(
      401,
    );
    expect(
      await post('/api/enqueue', {
        request: messages({ max_tokens: marks.malformed }),
        metadata: { note: marks.metadata },
      }),
    ).toBe(400);
    expect((await product.fetch(`/nowhere?key=${marks.query}`)).status).toBe(404);
    await expectSilence();
  });

  it.each([
    ['a 400 that repeats the prompt', `status=400 message="${marks.upstreamWords}"`],
    ['a 401 that repeats the key', `status=401 message="${marks.upstreamWords} ${marks.upstreamKey}"`],
    ['a 500 that repeats the prompt', `status=500 message="${marks.upstreamWords}" times=3`],
    ['nonsense', `garbage=0 text="${marks.answer}" times=3`],
    ['an error in its stream', `error=2 message="${marks.upstreamWords}" text="${marks.answer}"`],
    ['a stream that breaks', `cut=3 text="${marks.answer}"`],
    ['half a JSON', `half-json=2 text="${marks.answer}"`],
  ])('for an upstream that answers with %s', async (_what, step) => {
    for (const [path, body] of [
      ['/v1/messages', messages({ stream: true })],
      ['/v1/chat/completions', { ...chat, stream: true }],
      ['/v1/messages', messages()],
    ] as const) {
      product.simulator.reset();
      product.simulator.script(step);
      await product
        .postJson(`${path}?note=${marks.query}`, body, around)
        .then(async (response) => response.text())
        // A plain answer that breaks half way is a broken connection.
        .catch(() => undefined);
    }
    await expectSilence();
  });

  it('for jobs that succeed and that fail', async () => {
    product.simulator.reset();
    const jobs = new JobClient(product);
    product.simulator.script([{ text: marks.answer }]);
    // The breaker may still be open from what went wrong before.
    const good = await jobs.enqueue(messages(), { metadata: { note: marks.metadata } });
    await jobs.untilFinished(good);
    product.simulator.script(`status=400 message="${marks.upstreamWords}"`);
    const bad = await jobs.enqueue(messages(), { metadata: { note: marks.metadata } });
    expect((await jobs.untilFinished(bad)).status).toBe('failed');
    await expectSilence();
  });

  it('while the database refuses', async () => {
    await product.cloud?.stopSupabase('SIGKILL');
    expect(await post('/api/enqueue', { request: messages(), metadata: { note: marks.metadata } })).toBe(503);
    await product.cloud?.startSupabase();
    await expectSilence();
  });

  it.each(Object.entries(crashes))('in a crash by %s', async (_what, code) => {
    await product.api.stop();
    ended.push(product.api);
    const crash = `const mark = process.env.MARK; process.once('SIGUSR2', () => { ${code} })`;
    const api = await product.startApi({
      MARK: marks.crash,
      NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(crash)}`,
    });
    await post('/v1/messages', messages());
    api.signal('SIGUSR2');
    expect(await api.exited()).toBe(1);
    expect(api.text).toContain('uncaught exception');
    ended.push(api);
    await product.startApi();
    await expectSilence();
  });
});

it('the marks would have been found', async () => {
  // What the search would miss, if processes said nothing at all or it looked in the wrong place.
  const everything = await spoken();
  for (const said of [
    'POST /v1/messages 200',
    'job succeeded',
    '"level":"debug"',
    'claude_proxy_operations_total',
    'gen_ai.request.model',
  ]) {
    expect(everything).toContain(said);
  }
});
