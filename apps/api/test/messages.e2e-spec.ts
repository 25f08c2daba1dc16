import Anthropic from '@anthropic-ai/sdk';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Product } from '#testing';

let product: Product;

beforeAll(async () => {
  product = await Product.start();
});
afterEach(() => product.simulator.reset());
afterAll(async () => product.stop());

const body = { model: 'claude-opus-5', max_tokens: 64, messages: [{ role: 'user' as const, content: 'Say hello.' }] };

/** The same bytes that the simulator wrote, asked of it without the product in between. */
async function direct(raw: string): Promise<Buffer> {
  const response = await fetch(`${product.simulator.url}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': 'simulator-key', 'anthropic-version': '2023-06-01', 'content-type': 'application/json' },
    body: raw,
  });
  return Buffer.from(await response.arrayBuffer());
}

// Ids differ from answer to answer; everything else of the bytes must not.
const withoutIds = (bytes: Buffer): string => bytes.toString('latin1').replaceAll(/msg_\w+/g, 'msg_');

describe('POST /v1/messages', () => {
  it('sends the very bytes of the request upstream, headers and query with them, and swaps only the credential', async () => {
    const raw = `{ "model":"claude-opus-5",  "max_tokens":1e2, "unknown_field":{"z":1.0,"a":"\\u00e9"},\n"messages":[{"role":"user","content":"héllo"}]}`;
    const response = await product.fetch('/v1/messages?beta=true', {
      method: 'POST',
      headers: { 'anthropic-version': '2026-10-21', 'anthropic-beta': 'one-2026-01-01,two-2026-02-02', 'x-app': 'cli' },
      body: raw,
    });
    expect(response.status).toBe(200);
    const [sent] = product.simulator.requests;
    expect(sent?.path).toBe('/v1/messages?beta=true');
    expect(sent?.body.toString('utf8')).toBe(raw);
    expect(sent?.headers).toMatchObject({
      'anthropic-version': '2026-10-21',
      'anthropic-beta': 'one-2026-01-01,two-2026-02-02',
      'x-app': 'cli',
      'x-api-key': 'simulator-key',
    });
    expect(JSON.stringify(sent?.headers)).not.toContain(product.key);
  });

  it.each([false, true])('returns the very bytes of the answer (stream: %s)', async (stream) => {
    const raw = JSON.stringify({ ...body, stream });
    const response = await product.fetch('/v1/messages', { method: 'POST', body: raw });
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(withoutIds(bytes)).toBe(withoutIds(await direct(raw)));
  });

  it('serves the Anthropic SDK, plain', async () => {
    const client = new Anthropic({ baseURL: product.url, apiKey: product.key });
    const message = await client.messages.create(body);
    expect(message.content).toEqual([{ type: 'text', text: 'Say hello.', citations: null }]);
    expect(message._request_id).toMatch(/^req_/);
  });

  it('serves the Anthropic SDK, streamed, with tool calls and thinking', async () => {
    const client = new Anthropic({ baseURL: product.url, apiKey: product.key });
    product.simulator.script('thinking="Let me see." tool=read input={"path":"a b"} text=Reading.');
    const stream = client.messages.stream({
      ...body,
      tools: [{ name: 'read', input_schema: { type: 'object', properties: { path: { type: 'string' } } } }],
    });
    const message = await stream.finalMessage();
    expect(message.stop_reason).toBe('tool_use');
    expect(message.content.at(-1)).toMatchObject({ type: 'tool_use', name: 'read', input: { path: 'a b' } });
  });

  it('aborts the upstream when the client goes away, plain and streamed', async () => {
    for (const stream of [false, true]) {
      product.simulator.reset();
      product.simulator.script(stream ? 'silence=3' : 'delay=20s');
      const client = new AbortController();
      const answer = product.fetch('/v1/messages', {
        method: 'POST',
        body: JSON.stringify({ ...body, stream }),
        signal: client.signal,
      });
      if (stream) await (await answer).body?.getReader().read();
      while (product.simulator.openRequests === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      client.abort();
      await answer.catch(() => undefined);
      await product.simulator.idle();
      expect(product.simulator.requests[0]?.closedByClientAt).toBeDefined();
    }
  });
});
