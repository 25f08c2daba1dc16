import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Product, upstreamKinds } from '#testing';

const model = 'claude-opus-4-8';
const messages = [{ role: 'user', content: 'hi' }];
const names = new Set(['Anthropic', 'OpenAI (Responses)', 'OpenAI (Chat)']);
const paths = { messages: '/v1/messages', chat: '/v1/chat/completions', responses: '/v1/responses' };
const lastWords = { messages: '"message_stop"', chat: 'data: [DONE]', responses: '"response.completed"' };

const usage = { input_tokens: 3, output_tokens: 2 };
const message = { id: 'msg_1', type: 'message', role: 'assistant', model, content: [], usage };
const item = { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hello.' }] };
const answers = {
  messages: events(
    { type: 'message_start', message },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello.' } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } },
    { type: 'message_stop' },
  ),
  chat: [
    { choices: [{ index: 0, delta: { content: 'Hello.' }, finish_reason: 'stop' }] },
    { choices: [], usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 } },
  ]
    .map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`)
    .concat('data: [DONE]\n\n'),
  responses: events(
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response: { status: 'completed', output: [item], usage } },
  ),
};

function events(...payloads: readonly Readonly<Record<string, unknown>>[]): string[] {
  return payloads.map((payload) => `event: ${String(payload.type)}\ndata: ${JSON.stringify(payload)}\n\n`);
}

describe.each(upstreamKinds.filter(({ name }) => names.has(name)))('behind the product stands $name:', (kind) => {
  let product: Product;
  let upstream: Server;
  let behindTheAnswer: (socket: Socket, end: () => void) => void;
  const sockets: Socket[] = [];
  let requests = 0;

  beforeAll(async () => {
    upstream = createServer((request, response) => {
      const { socket } = request;
      sockets.push(socket);
      const answer = async (): Promise<void> => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        for (const event of answers[kind.dialect]) {
          response.write(event);
          await sleep(5);
        }
        behindTheAnswer(socket, () => response.end());
      };
      request.resume().on('end', () => void answer());
    }).listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    const { port } = upstream.address() as AddressInfo;
    product = await Product.start({ env: kind.env(`http://127.0.0.1:${port}`) });
  });
  afterAll(async () => {
    upstream.closeAllConnections();
    upstream.close();
    await product.stop();
  });

  const asked = [
    ['passed through', kind.dialect],
    ['translated', kind.dialect === 'messages' ? 'chat' : 'messages'],
  ] as const;

  /** Asks for a stream, and expects a whole answer that the account takes for one. */
  async function expectWhole(dialect: keyof typeof paths): Promise<void> {
    const id = `whole-answer-${(requests += 1)}.`;
    const body = dialect === 'responses' ? { input: messages } : { messages, max_tokens: 64 };
    const options = dialect === 'chat' ? { stream_options: { include_usage: true } } : {};
    const response = await product.postJson(
      paths[dialect],
      { model, stream: true, ...body, ...options },
      { 'x-correlation-id': id },
    );
    const text = await response.text();
    expect(text).toContain('Hello.');
    expect(text.trim().split('\n').at(-1)).toContain(lastWords[dialect]);
    if (dialect === kind.dialect) expect(text).toBe(answers[dialect].join(''));
    await product.api.untilSays(id);
    const line = product.api.logLines.find(({ correlationId }) => correlationId === id);
    expect(line).toMatchObject({
      level: 'info',
      metadata: { outcome: 'ended', inputTokens: 3, outputTokens: 2 },
    });
  }

  it.each(asked)('an answer %s stays whole when its connection breaks behind it', async (_how, dialect) => {
    behindTheAnswer = (socket) => void setTimeout(() => socket.resetAndDestroy(), 30);
    await expectWhole(dialect);
  });

  it.each(asked)(
    'an answer %s ends when its upstream says nothing more, and so does the call',
    async (_how, dialect) => {
      behindTheAnswer = () => undefined;
      await expectWhole(dialect);
      const socket = sockets.at(-1);
      if (socket?.destroyed === false) await once(socket, 'close');
    },
  );

  it.each(asked)(
    'an answer %s leaves a connection that the next can use, where its end follows',
    async (_how, dialect) => {
      behindTheAnswer = (_socket, end) => void setTimeout(end, 20);
      sockets.length = 0;
      while (sockets.length < 50 && new Set(sockets).size === sockets.length) {
        await expectWhole(dialect);
        await sleep(20);
      }
      expect(new Set(sockets).size).toBeLessThan(sockets.length);
    },
  );
});
