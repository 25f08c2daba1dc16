import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Product, upstreamKinds } from '#testing';

const model = 'claude-opus-4-8';
const words = 'word '.repeat(2000);
const messages = [{ role: 'user', content: words }];
const names = new Set(['Anthropic', 'OpenAI (Responses)', 'OpenAI (Chat)']);
const paths = { messages: '/v1/messages', chat: '/v1/chat/completions', responses: '/v1/responses' };

let product: Product;
let requests = 0;

interface Told {
  readonly outcome: string;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly costMicroUsd: number | null;
}

/** What the request's log line tells, once `use` is through with the answer. */
async function told(path: string, body: object, use: (response: Response) => Promise<unknown>): Promise<Told> {
  const id = `usage-told-${(requests += 1)}.`;
  await use(await product.postJson(path, { model, ...body }, { 'x-correlation-id': id }));
  await product.api.untilSays(id);
  const line = product.api.logLines.find(({ correlationId }) => correlationId === id);
  return line?.metadata as Told;
}

const whole = (response: Response): Promise<string> => response.text();

async function leave(response: Response): Promise<void> {
  const reader = response.body?.getReader();
  await reader?.read();
  await reader?.cancel();
}

describe.each(upstreamKinds.filter(({ name }) => names.has(name)))('behind the product stands $name:', (kind) => {
  beforeAll(async () => {
    product = await Product.start({ env: kind.env });
  });
  afterEach(() => product.simulator.reset());
  afterAll(async () => product.stop());

  it('an answer cut off at a stop sequence is on the account with its input and its output', async () => {
    // Anthropic takes the other sequences itself.
    const stop = kind.dialect === 'messages' ? '\n\n' : 'STOP';
    product.simulator.script({ text: `One. Two. ${stop}${' more'.repeat(20_000)}`, intervalMs: 1 });
    const common = { stream: true, stop_sequences: [stop] };
    const [path, asked] =
      kind.dialect === 'messages'
        ? ['/v1/complete', { ...common, max_tokens_to_sample: 30_000, prompt: `\n\nHuman: ${words}\n\nAssistant:` }]
        : ['/v1/messages', { ...common, max_tokens: 30_000, messages }];
    let text = '';
    const line = await told(path, asked, async (response) => {
      text = await response.text();
    });
    expect(text).toContain('"stop_sequence"');
    expect(line.outcome).toBe('ended');
    expect(line.inputTokens).toBeGreaterThan(1500);
    expect(line.inputTokens).toBeLessThan(3000);
    expect(line.outputTokens).toBeGreaterThan(0);
    expect(line.outputTokens).toBeLessThan(100);
    // More than 1500 tokens at $1 a million, and nothing of what would have followed.
    expect(line.costMicroUsd).toBeGreaterThan(1500);
    expect(line.costMicroUsd).toBeLessThan(40_000);
    if (kind.dialect !== 'messages') expect(text).toContain(`"input_tokens":${line.inputTokens}`);
    expect(product.simulator.requests.map(({ outcome }) => outcome)).toEqual(['closed_by_client']);
  });

  it.each([
    ['passed through', kind.dialect],
    ['translated', kind.dialect === 'messages' ? 'chat' : 'messages'],
  ] as const)(
    'of an answer %s, what the client left behind is on the account as far as it was told',
    async (_how, asked) => {
      product.simulator.script({
        words: 20_000,
        intervalMs: 1,
        usage: { input: 5000, output: 20_000, cacheRead: 0, cacheWrite: 0, thinking: 0 },
      });
      const body = asked === 'responses' ? { input: messages } : { messages, max_tokens: 10_000 };
      const line = await told(paths[asked], { ...body, stream: true }, leave);
      expect(line.outcome).toBe('aborted');
      if (kind.dialect === 'messages') {
        expect(line.inputTokens).toBe(5000);
        expect(line.costMicroUsd).toBeGreaterThanOrEqual(25_000);
      } else {
        expect([line.inputTokens, line.outputTokens, line.costMicroUsd]).toEqual([undefined, undefined, null]);
      }
    },
  );

  it.each([
    ['passed through', 'plain', kind.dialect],
    ['passed through', 'streamed', kind.dialect],
    ['translated', 'plain', kind.dialect === 'messages' ? 'chat' : 'messages'],
    ['translated', 'streamed', kind.dialect === 'messages' ? 'chat' : 'messages'],
  ] as const)(
    'an answer without usage, %s and %s, is on the account with an unknown cost',
    async (_how, form, asked) => {
      const stream = form === 'streamed';
      const headers = { 'content-type': stream ? 'text/event-stream' : 'application/json' };
      product.simulator.script({
        raw: { headers, body: stream ? uncountedStreams[kind.dialect] : uncounted[kind.dialect] },
      });
      const body = asked === 'responses' ? { input: 'hi' } : { messages, max_tokens: 64 };
      const line = await told(paths[asked], { ...body, stream }, whole);
      expect(line).toMatchObject({ outcome: 'ended', costMicroUsd: null });
      expect([line.inputTokens, line.outputTokens]).toEqual([undefined, undefined]);
    },
  );
});

const response = {
  object: 'response',
  status: 'completed',
  output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hello.' }] }],
};
const message = { id: 'msg_1', type: 'message', role: 'assistant', model, content: [] };

function events(...payloads: readonly Readonly<Record<string, unknown>>[]): string {
  return payloads.map((payload) => `event: ${String(payload.type)}\ndata: ${JSON.stringify(payload)}\n\n`).join('');
}

/** Answers without any usage. */
const uncounted = {
  messages: JSON.stringify({ ...message, content: [{ type: 'text', text: 'Hello.' }], stop_reason: 'end_turn' }),
  chat: JSON.stringify({
    choices: [{ index: 0, message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' }],
  }),
  responses: JSON.stringify(response),
};
const uncountedStreams = {
  messages: events(
    { type: 'message_start', message },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' } },
    { type: 'message_stop' },
  ),
  chat: `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'Hello.' }, finish_reason: 'stop' }] })}\n\ndata: [DONE]\n\n`,
  responses: events({ type: 'response.completed', response }),
};
