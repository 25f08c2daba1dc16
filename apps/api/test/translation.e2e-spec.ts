import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type ClientKind, clients, Product, type Server, type UpstreamKind, upstreamKinds } from '#testing';

let product: Product;
let server: Server;

function upstream({ env }: UpstreamKind): void {
  beforeAll(async () => {
    product = await Product.start({ env });
    server = { url: product.url, key: product.key, model: 'claude-opus-4-8' };
  });
  afterEach(() => product.simulator.reset());
  afterAll(async () => product.stop());
}

const streams = (body: unknown): boolean => (body as { stream?: boolean }).stream === true;
/** OpenAI's dialects may go on in the client's own words, by a path of their own. */
const passesThrough = (client: ClientKind): boolean => /\((chat|responses)\)/.test(client.name);
const withoutUsage = (client: ClientKind): boolean => client.name.startsWith('/v1/complete');
const modern = clients.filter(({ legacy }) => !legacy);

describe.each(upstreamKinds)('behind the product stands $name:', (kind) => {
  upstream(kind);

  it.each(clients)('$name is told text and usage, cache reads apart', async (client) => {
    product.simulator.script('text="Zwölf Boxkämpfer 🥊 jagen." usage=100:7:40:20');
    const said = await client.ask(server, { prompt: 'Say it.' });
    expect(said).toEqual({
      text: 'Zwölf Boxkämpfer 🥊 jagen.',
      calls: [],
      stop: 'end',
      usage: withoutUsage(client) ? undefined : { input: 160, cacheRead: 40, output: 7 },
    });
    const [sent] = product.simulator.requests;
    expect(product.simulator.requests).toHaveLength(1);
    if (!passesThrough(client)) expect(sent?.path).toBe(kind.path);
    expect(sent?.json).toMatchObject({ model: kind.model });
    expect(streams(sent?.json)).toBe(client.stream);
    expect(sent?.body.toString()).toContain('Say it.');
    expect(JSON.stringify(sent?.headers)).toContain('simulator-key');
    expect(JSON.stringify(sent?.headers)).not.toContain(product.key);
  });

  it.each(modern)('$name is given parallel calls with their inputs, one without any', async (client) => {
    product.simulator.script(
      'text="Both." tool=read input={"path":"a \\"b\\"/ü","n":[1,{"x":null}]} tool=now input={}',
    );
    const said = await client.ask(server, { prompt: 'Go.', tools: ['read', 'now'] });
    expect(said).toMatchObject({
      text: 'Both.',
      calls: [
        { name: 'read', input: { path: 'a "b"/ü', n: [1, { x: null }] } },
        { name: 'now', input: {} },
      ],
      stop: 'tool_use',
    });
    expect(product.simulator.requests[0]?.body.toString()).toContain('"name":"read"');
  });

  it.each(clients)('$name is told that the limit was reached, and the limit arrives', async (client) => {
    product.simulator.script('text=cut stop=max_tokens');
    expect(await client.ask(server, { prompt: 'Go.', maxTokens: 77 })).toMatchObject({
      text: 'cut',
      stop: 'max_tokens',
    });
    expect(product.simulator.requests[0]?.body.toString()).toMatch(/"max_(completion_|output_)?tokens":77/);
  });

  it.each(modern)('$name is told of a refusal', async (client) => {
    product.simulator.script('text="I cannot help with that." stop=refusal');
    const said = await client.ask(server, { prompt: 'Go.' });
    expect(said.stop).toBe('refusal');
    expect(said.text).not.toBe('');
  });

  it.each(clients.filter(({ name }) => !name.includes('responses')))(
    '$name has its stop sequences held',
    async (client) => {
      // Not queued: where the upstream refuses `stop`, it is asked again.
      product.simulator.script(() => 'text="one two END three"');
      const said = await client.ask(server, { prompt: 'Count.', stop: ['END', 'never'] });
      expect(said).toMatchObject({
        text: client.name.startsWith('/v1/complete') ? 'one two' : 'one two ',
        stop: 'end',
      });
      if (kind.dialect !== 'messages' && !passesThrough(client))
        expect(product.simulator.requests[0]?.json).not.toHaveProperty('stop');
    },
  );
});
