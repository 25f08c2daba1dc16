import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Product, recordedRequests, upstreamKinds } from '#testing';

let product: Product;

/** The simulator refuses what the vendors refuse, so that a 200 says that every field was fit to be sent. */
describe.each(upstreamKinds)('behind the product stands $name:', (kind) => {
  beforeAll(async () => {
    product = await Product.start({ env: kind.env });
  });
  afterEach(() => product.simulator.reset());
  afterAll(async () => product.stop());

  it.each(recordedRequests())('what $name sent is answered', async ({ path, body }) => {
    const response = await product.postJson(path, body, { 'anthropic-version': '2023-06-01' });
    const text = await response.text();
    expect({ status: response.status, text }).toMatchObject({
      status: 200,
      text: expect.stringContaining(path === '/v1/messages' ? 'event: message_stop' : 'event: response.completed'),
    });
    const sent = product.simulator.requests.at(-1)?.body.toString() ?? '';
    if (path === '/v1/messages' && kind.dialect !== 'messages') {
      for (const noise of ['x-anthropic-billing-header', 'DeferredToolPlaceholder', 'device_id'])
        expect(sent).not.toContain(noise);
    }
    expect(sent).toContain('Find the word.');
  });
});
