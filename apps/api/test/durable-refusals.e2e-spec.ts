import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { JobClient, Product, upstreamKinds } from '#testing';

let product: Product;
let jobs: JobClient;

const model = 'claude-opus-4-8';
const hi = [{ role: 'user', content: 'Say hello.' }];
const paths = { chat: '/v1/chat/completions', responses: '/v1/responses' } as const;

/** What an upstream of the dialect may well understand, and no translation could say. */
const untranslatable = [
  ['chat', 'n', { messages: hi, n: 2 }],
  ['responses', 'previous_response_id', { input: 'And?', previous_response_id: 'resp_1' }],
  ['responses', 'conversation', { input: 'And?', conversation: 'conv_1' }],
] as const;

interface Refusal {
  readonly error: { readonly message: string };
}

async function refusalOf(response: Response): Promise<{ status: number; message: string }> {
  const { error } = (await response.json()) as Refusal;
  return { status: response.status, message: error.message };
}

/** By upstream: the dialects of OpenAI's that it speaks itself. */
const spoken: Readonly<Record<string, readonly string[]>> = {
  Anthropic: [],
  'OpenAI (Responses)': ['chat', 'responses'],
  'an OpenAI-compatible server': ['chat'],
};

beforeAll(async () => {
  product = await Product.start({ workers: 0 });
  jobs = new JobClient(product);
});
afterAll(async () => product.stop());

describe.each(upstreamKinds.filter(({ name }) => name in spoken))('a durable request towards $name', (kind) => {
  beforeAll(async () => {
    await Promise.all([product.api, ...product.workers].map(async (child) => child.stop()));
    const env = kind.env(product.simulator.url);
    await Promise.all([product.startApi(env), product.startWorker(env)]);
  });
  afterEach(() => product.simulator.reset());

  const own = untranslatable.filter(([dialect]) => spoken[kind.name]?.includes(dialect));
  const others = untranslatable.filter(([dialect]) => !spoken[kind.name]?.includes(dialect));

  if (own.length > 0) {
    it.each(own)('of %s with %s is accepted and answered, as a direct one is', async (dialect, _name, members) => {
      const answer = { object: dialect, of: 'the upstream' };
      product.simulator.script(() => ({ raw: { body: JSON.stringify(answer) } }));
      const direct = await product.postJson(paths[dialect], { model, ...members });
      expect({ status: direct.status, body: await direct.json() }).toEqual({ status: 200, body: answer });

      const finished = await jobs.untilFinished(await jobs.enqueue({ model, ...members }, { dialect }));
      expect(finished).toMatchObject({ status: 'succeeded', result: answer });
    });
  }

  if (others.length > 0) {
    it.each(others)('of %s with %s is refused in the words of a direct one', async (dialect, name, members) => {
      const request = { model, ...members };
      const direct = await refusalOf(await product.postJson(paths[dialect], request));
      expect(direct).toEqual({ status: 400, message: expect.stringContaining(name) });
      const durable = await refusalOf(await product.postJson('/api/enqueue', { request, dialect }));
      expect(durable).toEqual({ status: 400, message: `request.${direct.message}` });
      expect(product.simulator.requests).toEqual([]);
    });
  }

  it('that asks for a stream is judged as one without, since its answer comes in one piece', async () => {
    const status = spoken[kind.name]?.includes('chat') ? 202 : 400;
    for (const stream of [true, false]) {
      const request = { model, messages: hi, n: 2, stream };
      expect((await product.postJson('/api/enqueue', { request, dialect: 'chat' })).status).toBe(status);
    }
  });

  // Of what no upstream's words save, one upstream is enough.
  if (kind.name === 'an OpenAI-compatible server') {
    it.each([
      [
        'a document that the model cannot read',
        {
          messages: [
            {
              role: 'user',
              content: [
                { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0xLjQK' } },
              ],
            },
          ],
        },
        {},
      ],
      ['a loss that the client forbids', { messages: hi, top_k: 5 }, { 'x-proxy-strict': 'true' }],
    ])('with %s is refused as a direct one is', async (_what, members, headers) => {
      const request = { model, max_tokens: 64, ...members };
      const direct = await refusalOf(await product.postJson('/v1/messages', request, headers));
      expect(direct.status).toBe(400);
      const durable = await refusalOf(await product.postJson('/api/enqueue', { request }, headers));
      expect(durable).toEqual({ status: 400, message: `request.${direct.message}` });
    });
  }
});
