import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Product, upstreamKinds } from '#testing';

let product: Product;

const model = 'claude-opus-4-8';
const messages = [{ role: 'user', content: 'hi' }];

function warningsOf(response: Response): string[] {
  return response.headers.get('x-proxy-warnings')?.split(',') ?? [];
}

/** An answer without any usage. */
const uncounted: Readonly<Record<string, object>> = {
  chat: { choices: [{ index: 0, message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' }] },
  responses: {
    status: 'completed',
    output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hello.' }] }],
  },
};

describe.each(upstreamKinds)('behind the product stands $name:', (kind) => {
  beforeAll(async () => {
    product = await Product.start({ env: kind.env });
  });
  afterEach(() => product.simulator.reset());
  afterAll(async () => product.stop());

  const counted = ['Anthropic', 'OpenAI (Responses)'].includes(kind.name);
  it(`a count of tokens is ${counted ? 'the upstream’s, and exact' : 'an estimate, and says so'}`, async () => {
    const response = await product.postJson('/v1/messages/count_tokens', { model, messages });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-proxy-token-count')).toBe(counted ? 'exact' : 'estimated');
    const { input_tokens: tokens } = (await response.json()) as { input_tokens: number };
    expect(tokens).toBeGreaterThan(0);
    expect(tokens).toBeLessThan(50);
    expect(product.simulator.requests.map(({ path }) => path)).toEqual(
      counted ? [kind.dialect === 'messages' ? '/v1/messages/count_tokens' : '/v1/responses/input_tokens'] : [],
    );
  });

  if (kind.name === 'OpenAI (Responses)') {
    it('a count that the upstream fails to make is an estimate, and says so', async () => {
      product.simulator.script({ raw: { status: 500, body: '{}' }, times: 9 });
      product.simulator.script((request) =>
        request.path.endsWith('/input_tokens') ? { status: 500, shouldRetry: false } : undefined,
      );
      const response = await product.postJson('/v1/messages/count_tokens', { model, messages });
      expect(response.headers.get('x-proxy-token-count')).toBe('estimated');
    });
  }

  if (kind.dialect === 'messages') {
    it('Codex is told of every tool that Claude does not have', async () => {
      const tools = [
        { type: 'function', name: 'shell', parameters: { type: 'object', properties: {} } },
        { type: 'tool_search' },
        { type: 'local_shell' },
      ];
      const response = await product.postJson('/v1/responses', { model, input: 'hi', tools, store: false });
      expect({ status: response.status, warnings: warningsOf(response) }).toEqual({
        status: 200,
        warnings: ['tool_dropped'],
      });
      const [sent] = product.simulator.requests;
      expect(sent?.json).toMatchObject({ tools: [{ name: 'shell' }] });
      expect(sent?.body.toString()).not.toMatch(/tool_search|local_shell/);
    });

    it('a conversation of an OpenAI client is cached, and a single question is not', async () => {
      const history = [...messages, { role: 'assistant', content: 'Hello.' }, { role: 'user', content: 'And?' }];
      for (const asked of [messages, history]) {
        const response = await product.postJson('/v1/chat/completions', { model, messages: asked });
        expect({ status: response.status, warnings: warningsOf(response) }).toEqual({ status: 200, warnings: [] });
      }
      const [single, conversation] = product.simulator.requests;
      expect(single?.body.toString()).not.toContain('cache_control');
      expect(conversation?.json).toMatchObject({
        messages: [
          { content: 'hi' },
          { content: [{ text: 'Hello.' }] },
          { content: [{ type: 'text', text: 'And?', cache_control: { type: 'ephemeral' } }] },
        ],
      });
    });

    it('a summary of reasoning without an effort asks for no effort', async () => {
      const response = await product.postJson('/v1/responses', { model, input: 'hi', reasoning: { summary: 'auto' } });
      expect({ status: response.status, warnings: warningsOf(response) }).toEqual({ status: 200, warnings: [] });
      const sent = product.simulator.requests[0]?.json;
      expect(sent).toMatchObject({ thinking: { type: 'adaptive', display: 'summarized' } });
      expect(sent).not.toHaveProperty('output_config');
    });
    return;
  }

  if (kind.dialect === 'responses') {
    it('thinking that the upstream cannot decrypt is left out, and says so', async () => {
      product.simulator.script('thinking="Let me see." text=Seen.');
      const request = { model, max_tokens: 4096, thinking: { type: 'enabled', budget_tokens: 1024 } };
      const first = await product.postJson('/v1/messages', { ...request, messages });
      const { content } = (await first.json()) as { content: { type: string }[] };
      expect(content.map(({ type }) => type)).toContain('thinking');

      const error = { message: 'The encrypted content gAAA could not be verified.', code: 'invalid_encrypted_content' };
      product.simulator.script({ raw: { status: 400, body: JSON.stringify({ error }) } });
      const conversation = [...messages, { role: 'assistant', content }, { role: 'user', content: 'And?' }];
      const response = await product.postJson('/v1/messages', { ...request, messages: conversation });
      await response.text();
      expect({ status: response.status, warnings: warningsOf(response) }).toEqual({
        status: 200,
        warnings: ['thinking_replay_dropped'],
      });
      const sent = product.simulator.requests.map(({ body }) => body.includes('"type":"reasoning"'));
      expect(sent).toEqual([false, true, false]);
    });
  }

  it('a loss that only the answer shows is named with a plain answer', async () => {
    product.simulator.script({ raw: { body: JSON.stringify(uncounted[kind.dialect]) } });
    const response = await product.postJson('/v1/messages', { model, max_tokens: 64, messages });
    expect(await response.json()).toMatchObject({ content: [{ type: 'text', text: 'Hello.' }] });
    expect(warningsOf(response)).toEqual(['usage_estimated']);
  });

  it('a loss that only a stream shows is named at its end, in a comment', async () => {
    const response = await product.postJson('/v1/messages', { model, max_tokens: 64, messages, stream: true });
    expect(await response.text()).not.toContain('x-proxy-warnings');
    const chunk = { index: 0, delta: { content: 'Hello.' }, finish_reason: 'stop' };
    const event =
      kind.dialect === 'chat' ? { choices: [chunk] } : { type: 'response.completed', response: uncounted.responses };
    product.simulator.script({
      raw: { headers: { 'content-type': 'text/event-stream' }, body: `data: ${JSON.stringify(event)}\n\n` },
    });
    const lossy = await product.postJson('/v1/messages', { model, max_tokens: 64, messages, stream: true });
    expect(warningsOf(lossy)).toEqual([]);
    const text = await lossy.text();
    expect(text).toMatch(/event: message_stop\ndata: .*\n\n: x-proxy-warnings: usage_estimated\n\n$/);
  });

  it('a request for no output is answered here, and says so', async () => {
    const request = { model, max_tokens: 0, messages };
    const response = await product.postJson('/v1/messages', request);
    expect(await response.json()).toMatchObject({ content: [], stop_reason: 'max_tokens' });
    expect(warningsOf(response)).toEqual(['cache_warm_up_skipped']);
    const strict = await product.postJson('/v1/messages', request, { 'x-proxy-strict': 'true' });
    expect(strict.status).toBe(400);
    expect(product.simulator.requests).toEqual([]);
  });

  it('what a refusal of the upstream costs is named, now and while it is remembered, and x-proxy-strict refuses it', async () => {
    const tools = [{ name: 'f', input_schema: { type: 'object', properties: {} } }];
    const choice = { type: 'auto', disable_parallel_tool_use: true };
    const request = { model, max_tokens: 64, messages, tools, tool_choice: choice };
    const param = 'parallel_tool_calls';
    const message = `Unsupported parameter: '${param}' is not supported with this model.`;
    const error = { message, type: 'invalid_request_error', param, code: 'unsupported_parameter' };
    const refusal = { raw: { status: 400, body: JSON.stringify({ error }) }, times: 2 };

    product.simulator.script(refusal);
    const strict = await product.postJson('/v1/messages', request, { 'x-proxy-strict': 'true' });
    expect(strict.status).toBe(400);
    expect(await strict.text()).toContain('disable_parallel_tool_use');
    for (const turn of ['healed', 'remembered']) {
      const response = await product.postJson('/v1/messages', request);
      await response.text();
      expect({ turn, status: response.status, warnings: warningsOf(response) }).toEqual({
        turn,
        status: 200,
        warnings: ['disable_parallel_tool_use_dropped'],
      });
    }
    const sent = product.simulator.requests.map(({ json }) => Object.keys(json as object).includes(param));
    // The strict client's request has not gone well without it, which proves nothing.
    expect(sent).toEqual([true, true, false, false]);
  });
});
