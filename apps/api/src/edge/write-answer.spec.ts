import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, it } from '@jest/globals';
import type { GatewayAnswer } from '#gateway';
import { writeAnswer } from './write-answer.js';

const megabyte = Buffer.alloc(1024 * 1024);
const stalledMs = 50;

/** Writes the answer to a client that reads nothing. Resolves when the connection is closed. */
async function answerToNobody(body: GatewayAnswer['body']): Promise<ServerResponse> {
  const { promise: closed, resolve } = Promise.withResolvers<ServerResponse>();
  const server = createServer((_request, response) => {
    const gone = new AbortController();
    response.once('close', () => {
      gone.abort();
      resolve(response);
    });
    const settlement = Promise.resolve({ outcome: 'ended' as const });
    void writeAnswer({ status: 200, headers: {}, body, settlement }, response, gone.signal, stalledMs);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.pause();
  client.on('error', () => undefined);
  client.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  const response = await closed;
  client.destroy();
  server.close();
  server.closeAllConnections();
  return response;
}

it('takes a client that reads nothing for gone, so that what it was answered from is let go', async () => {
  const { promise: abandoned, resolve } = Promise.withResolvers<void>();
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield megabyte;
    } finally {
      resolve();
    }
  }
  await answerToNobody(endless());
  await abandoned;
});

it('takes a client that reads nothing of a whole answer for gone, so that no memory is held for it', async () => {
  expect((await answerToNobody(Buffer.alloc(64 * megabyte.length))).writableFinished).toBe(false);
});
