import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Product } from '#testing';

let product: Product;

beforeAll(async () => {
  product = await Product.start({
    env: (upstream) => ({
      ANTHROPIC_API_KEY: '',
      OPENAI_API_KEY: 'simulator-key',
      OPENAI_BASE_URL: `${upstream}/v1`,
      OPENAI_MODEL: 'gpt-5.6',
    }),
  });
});
afterAll(async () => product.stop());

const neighbour = {
  model: 'claude-opus-4-8',
  max_tokens: 2000,
  messages: [{ role: 'user', content: 'Say it.' }],
  thinking: { type: 'adaptive', display: 'summarized' },
  output_config: { effort: 'high' },
  system: [{ type: 'text', text: 's'.repeat(5000), cache_control: { type: 'ephemeral' } }],
};

/** What the upstream is sent for another client's request. */
async function sentForNeighbour(): Promise<string> {
  product.simulator.reset();
  const response = await product.postJson('/v1/messages', neighbour);
  await response.text();
  expect(response.status).toBe(200);
  expect(response.headers.get('x-proxy-warnings')).toBeNull();
  const [request] = product.simulator.requests;
  return request?.body.toString() ?? '';
}

it.each([
  ['prompt_cache_breakpoint', '/v1/responses'],
  ['verified to use reasoning summaries', '/v1/responses'],
  ['supports at most 1 completion tokens', '/v1/responses'],
  ['prompt_cache_breakpoint', '/v1/messages'],
  ['verified to use reasoning summaries', '/v1/messages'],
])('a refusal that quotes "%s" of one client (%s) takes nothing from another', async (type, path) => {
  const before = await sentForNeighbour();
  expect(before).toMatch(/"prompt_cache_breakpoint":\{.*"summary":"/s);
  const schema = { type, properties: {} };
  const quoted =
    path === '/v1/messages'
      ? { ...neighbour, tools: [{ name: 'f', input_schema: schema }] }
      : {
          model: 'gpt-5.6',
          max_output_tokens: 64,
          input: [
            {
              role: 'user',
              content: [{ type: 'input_text', text: 'hi', prompt_cache_breakpoint: { mode: 'explicit' } }],
            },
          ],
          reasoning: { effort: 'low', summary: 'auto' },
          tools: [{ type: 'function', name: 'f', parameters: schema }],
        };
  await (await product.postJson(path, quoted)).text();
  expect(await sentForNeighbour()).toBe(before);
});

it.each([
  ['remembered where nothing else of the request says it', 'top_p', 'hi', [true, false, false]],
  ['met again where the words may be the client’s', 'temperature', 'What is temperature?', [true, false, true, false]],
])('a refusal in prose is healed, and %s', async (_what, param, content, expected) => {
  product.simulator.reset();
  const body = JSON.stringify({ error: { message: `Unrecognized request argument supplied: ${param}` } });
  const refusal = { raw: { status: 400, body } };
  const request = { model: 'gpt-5.6', [param]: 0.5, messages: [{ role: 'user', content }] };
  product.simulator.script(refusal);
  expect((await product.postJson('/v1/chat/completions', request)).status).toBe(200);
  if (expected.length > 3) product.simulator.script(refusal);
  expect((await product.postJson('/v1/chat/completions', request)).status).toBe(200);
  expect(product.simulator.requests.map(({ json }) => Object.hasOwn(json as object, param))).toEqual(expected);
});
