import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type ClientKind,
  clients,
  foreignStreamFixtures,
  Product,
  type Said,
  streamFixtures,
  type StreamFixture,
  upstreamKinds,
} from '#testing';

const model = 'claude-opus-4-8';
const streaming = clients.filter(({ stream, legacy }) => stream && !legacy);
const ownClients = { messages: 'the Anthropic SDK', chat: '(chat)', responses: '(responses)' };
const wires = upstreamKinds.filter(({ name }) =>
  ['Anthropic', 'OpenAI (Responses)', 'an OpenAI-compatible server'].includes(name),
);

let product: Product;

const sse = { 'content-type': 'text/event-stream; charset=utf-8' };
const question = { prompt: 'Go.', tools: ['weather', 'time', 'now'] };

/** What the SDK of the upstream's own dialect makes of the stream, without the product in between. */
async function understood(client: ClientKind, url: string, key: string): Promise<Said | 'an error'> {
  return client.ask({ url, key, model }, question).catch(() => 'an error' as const);
}

function clientOf({ dialect }: StreamFixture): ClientKind {
  const found = streaming.find(({ name }) => name.includes(ownClients[dialect]));
  if (found === undefined) throw new Error(`no client for ${dialect}`);
  return found;
}

describe.each(wires)('streams of $name', (kind) => {
  beforeAll(async () => {
    product = await Product.start({ env: kind.env });
  });
  afterEach(() => product.simulator.reset());
  afterAll(async () => product.stop());

  const fixtures = [...streamFixtures(), ...foreignStreamFixtures()].filter(({ dialect }) => dialect === kind.dialect);

  it('mean the same however TCP cuts them, at every byte', async () => {
    const [fixture] = fixtures
      .filter(({ name }) => !name.includes('/'))
      .toSorted((one, other) => one.body.length - other.body.length);
    if (fixture === undefined) throw new Error('no fixture');
    const ask = async (chunkBytes: number): Promise<string> => {
      const response = await product.postJson('/v1/messages', {
        model,
        max_tokens: 64,
        stream: true,
        messages: [{ role: 'user', content: `chunk ${chunkBytes}` }],
      });
      return (await response.text()).replaceAll(/msg_\w+/g, 'msg_');
    };
    product.simulator.script(({ body }) => ({
      raw: { headers: sse, body: fixture.body },
      chunkBytes: Number(/chunk (\d+)/.exec(body.toString())?.[1]),
    }));
    const whole = await ask(fixture.body.length);
    expect(whole).toContain('message_stop');
    const sizes = Array.from({ length: fixture.body.length - 1 }, (_, index) => index + 1);
    const lane = async (): Promise<void> => {
      for (let size = sizes.pop(); size !== undefined; size = sizes.pop())
        expect({ size, text: await ask(size) }).toEqual({ size, text: whole });
    };
    await Promise.all(Array.from({ length: 16 }, lane));
  }, 60_000);

  it.each(fixtures)('$name says the same through the product as without it, to every SDK', async (fixture) => {
    product.simulator.script(() => ({ raw: { headers: sse, body: fixture.body } }));
    const expected = await understood(clientOf(fixture), product.simulator.url, 'simulator-key');
    for (const client of streaming) {
      expect({ client: client.name, said: await understood(client, product.url, product.key) }).toEqual({
        client: client.name,
        said: expected,
      });
    }
  });
});
