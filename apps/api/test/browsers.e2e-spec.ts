import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Product } from '#testing';

const origin = 'https://app.example.com';
let product: Product;

beforeAll(async () => {
  product = await Product.start({ workers: 0, env: { CORS_ORIGINS: origin, THROTTLE_IP_PER_MINUTE: '100' } });
});
afterAll(async () => product.stop());

const messages = { model: 'claude-opus-5', max_tokens: 16, messages: [{ role: 'user', content: 'hi' }] };

async function ask(path: string, body?: object): Promise<Response> {
  return fetch(`${product.url}${path}`, {
    headers: { origin, 'x-api-key': product.key },
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
  });
}

/** Of the connection, for the browser itself, or readable without being named. */
const withoutNews =
  /^(?:access-control-.*|vary|date|connection|keep-alive|transfer-encoding|content-(?:type|length|security-policy)|strict-transport-security|x-content-type-options|cache-control|x-accel-buffering)$/;

it('scripts in browsers may read every header that says something of the request', async () => {
  // Its key is refused; it asks for a pause that no client waits for; then it is well.
  product.simulator.script(['status=401', 'status=429 retry-after-ms=600500']);
  const answers = [
    await ask('/v1/messages', messages),
    await ask('/v1/messages', messages),
    await ask('/v1/messages', messages),
    await ask('/v1/chat/completions', { ...messages, seed: 7 }),
    await ask('/v1/messages/count_tokens', messages),
    await ask('/api/enqueue', { request: messages }),
    await ask('/v1/messages'),
    await ask('/api/usage?format=csv'),
  ];
  const sent = [...new Set(answers.flatMap(({ headers }) => [...headers.keys()]))].filter(
    (name) => !withoutNews.test(name),
  );
  expect(sent).toEqual(
    expect.arrayContaining([
      'x-proxy-warnings',
      'x-proxy-token-count',
      'x-upstream-request-id',
      'x-should-retry',
      'retry-after-ms',
      'location',
      'allow',
      'content-disposition',
    ]),
  );
  const exposed = answers[0]?.headers.get('access-control-expose-headers')?.split(',');
  expect(exposed).toEqual(expect.arrayContaining(sent));
});
