import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Product } from '#testing';

const previousKey = 'previous-key-0123456789abcdef0123456789abcdef';
let product: Product;

beforeAll(async () => {
  product = await Product.start({
    env: {
      PROXY_API_KEY_PREVIOUS: previousKey,
      THROTTLE_IP_PER_MINUTE: '5',
      THROTTLE_KEY_PER_MINUTE: '7',
      THROTTLE_GLOBAL_PER_MINUTE: '10',
      TRUST_PROXY: '1',
    },
  });
});
afterAll(async () => product.stop());

async function ask(address: string, key?: string): Promise<Response> {
  return fetch(`${product.url}/v1/models`, {
    headers: {
      'x-forwarded-for': address,
      'anthropic-version': '2023-06-01',
      ...(key !== undefined && { 'x-api-key': key }),
    },
  });
}

const ofNetwork = (index: number): string => `2001:db8:1:2::${index.toString(16)}`;
const ofMany = (index: number): string => `10.0.1.${index}`;

async function statuses(count: number, addressOf: (index: number) => string, key?: string): Promise<number[]> {
  const seen: number[] = [];
  for (let index = 0; index < count; index += 1) seen.push((await ask(addressOf(index), key)).status);
  return seen;
}

/** Each minute begins with the first request of a test: they go on from one another. */
describe('limits', () => {
  it('by address hold before the key is looked at, for all of an IPv6 network together', async () => {
    expect(await statuses(7, ofNetwork)).toEqual([401, 401, 401, 401, 401, 429, 429]);
    expect((await ask('2001:db8:1:3::1')).status).toBe(401);
    expect((await ask('::ffff:10.0.0.1')).headers.get('anthropic-ratelimit-requests-remaining')).toBe('4');
    expect((await ask('10.0.0.1', 'wrong')).headers.get('anthropic-ratelimit-requests-remaining')).toBe('3');
  });

  it('by key and of all together count who has a key alone, and what is theirs is told', async () => {
    const first = await ask('10.0.0.2', product.key);
    expect(first.status).toBe(200);
    expect(first.headers.get('anthropic-ratelimit-requests-limit')).toBe('7');
    expect(first.headers.get('anthropic-ratelimit-requests-remaining')).toBe('6');
    expect(await statuses(8, ofMany, product.key)).toEqual([200, 200, 200, 200, 200, 200, 429, 429]);
    // What the key's own limit has refused is not counted for all.
    expect(await statuses(4, ofMany, previousKey)).toEqual([200, 200, 200, 429]);
    const refused = await ask('10.0.0.3', previousKey);
    expect(refused.headers.get('anthropic-ratelimit-requests-limit')).toBe('10');
    await product.api.untilSays('"throttledBy":"global"');
    expect(product.api.text).toContain('"throttledBy":"key"');
    expect(product.api.text).toContain('"throttledBy":"ip"');
  });
});
