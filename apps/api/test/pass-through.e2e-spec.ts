import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Product, upstreamKinds } from '#testing';

let product: Product;

/** What an upstream of the client's own dialect may well understand, and no translation could say. */
const untranslatable: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'several choices': { n: 2, messages: [{ role: 'user', content: 'hi' }] },
  'a file that the upstream keeps': {
    messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: 'file-1' } }] }],
  },
  'sound, in and out': {
    modalities: ['text', 'audio'],
    audio: { voice: 'alloy', format: 'wav' },
    messages: [{ role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'AA==', format: 'wav' } }] }],
  },
  'no output at all': { max_tokens: 0, messages: [{ role: 'user', content: 'hi' }] },
  'a part that does not exist yet': { messages: [{ role: 'user', content: [{ type: 'smell', smell: { id: 1 } }] }] },
};
const chat = upstreamKinds.filter(({ dialect }) => dialect === 'chat');

describe.each(chat)('Chat Completions to $name:', (kind) => {
  beforeAll(async () => {
    product = await Product.start({ env: kind.env });
  });
  afterEach(() => product.simulator.reset());
  afterAll(async () => product.stop());

  it.each(Object.entries(untranslatable))('%s: the upstream’s to judge', async (_what, request) => {
    const body = '{"object":"chat.completion","choices":[],  "of":"the upstream"}';
    product.simulator.script({ raw: { body } });
    const response = await product.postJson('/v1/chat/completions', { model: 'gpt-4o', ...request });
    expect({ status: response.status, text: await response.text() }).toEqual({ status: 200, text: body });
    expect(product.simulator.requests.map(({ json }) => json)).toEqual([{ model: kind.model, ...request }]);
  });

  it('a refusal that quotes megabytes of the request is said shorter, and no half of its JSON is passed on', async () => {
    const refused = { error: { message: `Refused: ${'x'.repeat(2 * 1024 * 1024)}`, type: 'invalid_request_error' } };
    const headers = { 'content-type': 'application/json' };
    product.simulator.script({ raw: { status: 400, headers, body: JSON.stringify(refused) } });
    const response = await product.postJson('/v1/chat/completions', { model: 'gpt-4o', messages: [] });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: { message: expect.stringContaining('Refused: x'), type: 'invalid_request_error', param: null, code: null },
    });
  });
});

describe('Responses to a server that speaks them:', () => {
  beforeAll(async () => {
    product = await Product.start({ env: upstreamKinds.find(({ dialect }) => dialect === 'responses')?.env ?? {} });
  });
  afterEach(() => product.simulator.reset());
  afterAll(async () => product.stop());

  it.each<Record<string, unknown>>([
    { input: 'And?', previous_response_id: 'resp_1' },
    { input: [{ role: 'user', content: [{ type: 'input_file', file_id: 'file-1' }] }] },
    { input: 'hi', tools: [{ type: 'file_search', vector_store_ids: ['v'] }], tool_choice: { type: 'file_search' } },
  ])('%j is the upstream’s to judge', async (request) => {
    const body = '{"object":"response","output":[],  "of":"the upstream"}';
    product.simulator.script({ raw: { body } });
    const response = await product.postJson('/v1/responses', { model: 'gpt-5.4', ...request });
    expect({ status: response.status, text: await response.text() }).toEqual({ status: 200, text: body });
    expect(product.simulator.requests.map(({ json }) => json)).toEqual([expect.objectContaining(request)]);
  });

  it('an answer in the background is refused, because it would be on nobody’s account', async () => {
    const response = await product.postJson('/v1/responses', { model: 'gpt-5.4', input: 'hi', background: true });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { param: 'background' } });
    expect(product.simulator.requests).toEqual([]);
  });
});
