import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Product, upstreamKinds } from '#testing';

let product: Product;

const hi = { model: 'claude-opus-4-8', max_tokens: 64, messages: [{ role: 'user', content: 'hi' }] };
const lossy = { ...hi, top_k: 5, inference_geo: 'eu' };

describe.each(upstreamKinds.filter(({ dialect }) => dialect !== 'messages'))(
  'behind the product stands $name:',
  (kind) => {
    beforeAll(async () => {
      product = await Product.start({ env: kind.env });
    });
    afterEach(() => product.simulator.reset());
    afterAll(async () => product.stop());

    it.each([false, true])('what was lost is named in x-proxy-warnings (stream: %s)', async (stream) => {
      const lost = await product.postJson('/v1/messages', { ...lossy, stream });
      await lost.text();
      expect(lost.status).toBe(200);
      expect(lost.headers.get('x-proxy-warnings')?.split(',')).toEqual(
        expect.arrayContaining(['top_k_dropped', 'inference_geo_dropped']),
      );
      expect(JSON.stringify(product.simulator.requests[0]?.json)).not.toMatch(/top_k|inference_geo/);
      const kept = await product.postJson('/v1/messages', { ...hi, stream });
      await kept.text();
      expect(kept.headers.get('x-proxy-warnings')).toBeNull();
    });

    it('x-proxy-strict makes a loss a 400 that names it, before the upstream is asked', async () => {
      const refused = await product.postJson('/v1/messages', lossy, { 'x-proxy-strict': 'true' });
      expect(refused.status).toBe(400);
      const { error } = (await refused.json()) as { error: { type: string; message: string } };
      expect(error.type).toBe('invalid_request_error');
      expect(error.message).toMatch(/top_k|inference_geo/);
      expect(product.simulator.requests).toHaveLength(0);
      expect((await product.postJson('/v1/messages', hi, { 'x-proxy-strict': 'true' })).status).toBe(200);
    });

    it('x-proxy-strict has several words for yes, and refuses what is neither yes nor no', async () => {
      for (const value of ['True', '1', 'yes']) {
        expect((await product.postJson('/v1/messages', lossy, { 'x-proxy-strict': value })).status).toBe(400);
      }
      expect((await product.postJson('/v1/messages', lossy, { 'x-proxy-strict': 'false' })).status).toBe(200);
      const refused = await product.postJson('/v1/messages', hi, { 'x-proxy-strict': 'on' });
      expect(refused.status).toBe(400);
      expect(await refused.text()).toContain('x-proxy-strict');
    });

    it('x-proxy-strict lets an OpenAI client’s plainest requests pass', async () => {
      for (const [path, body] of [
        ['/v1/chat/completions', { messages: [{ role: 'user', content: 'hi' }] }],
        ['/v1/responses', { input: 'hi' }],
      ] as const) {
        const response = await product.postJson(
          path,
          { model: 'claude-opus-4-8', ...body },
          { 'x-proxy-strict': 'true' },
        );
        expect({ status: response.status, text: await response.text() }).toMatchObject({ status: 200 });
      }
    });

    it('safeguards are refused by name', async () => {
      const refused = await product.postJson('/v1/messages', { ...hi, safeguards: { dangerous_tool_use: {} } });
      expect(refused.status).toBe(400);
      expect(JSON.stringify(await refused.json())).toContain('safeguards');
    });

    it('a parameter that the upstream refuses is left out once for all', async () => {
      const refusal = {
        message: "Unknown parameter: 'stream_options'.",
        type: 'invalid_request_error',
        param: 'stream_options',
        code: 'unknown_parameter',
      };
      product.simulator.script({ raw: { status: 400, body: JSON.stringify({ error: refusal }) } });
      for (const turn of ['first', 'second']) {
        const response = await product.postJson('/v1/messages', { ...hi, stream: true });
        expect({ turn, status: response.status }).toEqual({ turn, status: 200 });
        expect(await response.text()).toContain('event: message_stop');
      }
      const sent = product.simulator.requests.map(({ json }) => Object.keys(json as object).includes('stream_options'));
      expect(sent).toEqual([true, false, false]);
    });

    it('a refusal that stays a refusal is not asked a third time', async () => {
      const refusal = {
        raw: {
          status: 400,
          body: JSON.stringify({
            error: {
              message: "Unsupported parameter: 'stream_options'.",
              type: 'invalid_request_error',
              param: 'stream_options',
              code: 'unsupported_parameter',
            },
          }),
        },
        times: 9,
      };
      product.simulator.script(refusal);
      const response = await product.postJson('/v1/messages', { ...hi, stream: true });
      expect(response.status).toBe(400);
      expect(product.simulator.requests.length).toBeLessThanOrEqual(2);
    });
  },
);
