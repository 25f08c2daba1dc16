import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Product, quickRetries, upstreamKinds } from '#testing';

let product: Product;

const wires = upstreamKinds.filter(({ name }) =>
  ['Anthropic', 'OpenAI (Responses)', 'an OpenAI-compatible server'].includes(name),
);
const hi = [{ role: 'user', content: 'hi' }];
/** `end` is what only a whole answer says. */
const clients = [
  { path: '/v1/messages', body: { max_tokens: 64, messages: hi }, end: /message_stop/ },
  { path: '/v1/completions', body: { prompt: 'hi' }, end: /\[DONE\]|"finish_reason":"/ },
  {
    path: '/v1/complete',
    body: { prompt: '\n\nHuman: hi\n\nAssistant:', max_tokens_to_sample: 64 },
    end: /"stop_reason":"/,
  },
];

async function recover(): Promise<void> {
  product.simulator.reset();
  for (let status = 0; status !== 200;) {
    ({ status } = await product.postJson('/v1/messages', { model: 'm', max_tokens: 64, messages: hi }));
    if (status !== 200) await new Promise((resolve) => setTimeout(resolve, 100));
  }
  product.simulator.reset();
}

const answers: readonly [string, unknown][] = [
  ['nothing', {}],
  ['an array', []],
  ['null', null],
  ['a string', 'hello'],
  [
    'content that is a number',
    { type: 'message', role: 'assistant', content: 5, choices: 5, output: 5, usage: 5, status: 'completed' },
  ],
  [
    'an error with status 200',
    { error: { message: 'no', type: 'server_error', code: 5 }, type: 'error', status: 'failed', output: [] },
  ],
];

describe.each(wires)('from $name', (kind) => {
  beforeAll(async () => {
    product = await Product.start({ env: (url) => ({ ...kind.env(url), ...quickRetries }) });
  });
  afterEach(recover);
  afterAll(async () => product.stop());

  // Between Messages and Messages the upstream's bytes are the answer, whatever they say.
  const translated = clients.filter(({ path }) => kind.dialect !== 'messages' || path !== '/v1/messages');

  it.each(answers)('a plain answer that is %s is a clean error', async (_name, answer) => {
    for (const { path, body } of translated) {
      await recover();
      product.simulator.script({ raw: { body: JSON.stringify(answer) }, times: 9 });
      const response = await product.postJson(path, { model: 'm', ...body });
      const text = await response.text();
      expect([502, 500, 503, 529]).toContain(response.status);
      expect(JSON.parse(text)).toHaveProperty('error');
      expect(text).not.toContain('Internal');
    }
  });

  it.each(answers)('a stream whose events are %s is a clean error', async (_name, answer) => {
    for (const { path, body, end } of translated) {
      await recover();
      const data = `data: ${JSON.stringify(answer)}\n\n`;
      product.simulator.script({
        raw: { headers: { 'content-type': 'text/event-stream' }, body: data.repeat(3) },
        times: 9,
      });
      const response = await product.postJson(path, { model: 'm', ...body, stream: true });
      const text = await response.text();
      if (response.status === 200) expect(text).toMatch(/error/);
      expect(text).not.toContain('Internal');
      expect(text).not.toMatch(end);
    }
  });

  it('an answer of 100 MB, plain or in one event, costs neither the process nor another request', async () => {
    for (const stream of [false, true]) {
      await recover();
      product.simulator.script({
        raw: {
          headers: stream ? { 'content-type': 'text/event-stream' } : {},
          body: Buffer.concat([Buffer.from(stream ? 'data: {"x":"' : '{"x":"'), Buffer.alloc(100 * 1024 * 1024, 0x61)]),
        },
        times: 9,
      });
      const big = product.postJson('/v1/messages', { model: 'm', max_tokens: 64, messages: hi, stream });
      const health = await product.fetch('/health/live');
      expect(health.status).toBe(200);
      const response = await big;
      const text = await response.text();
      // A relayed stream may have begun before anybody knows that its event has no end.
      if (!(stream && response.status === 200)) expect([500, 502, 503, 529]).toContain(response.status);
      expect(text).toMatch(/"type":"(api_error|overloaded_error)"/);
      expect(text.length).toBeLessThan(1000);
    }
    expect(product.api.running).toBe(true);
  }, 90_000);
});
