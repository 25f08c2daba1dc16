import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, it } from '@jest/globals';
import { writeAnswer } from './write-answer.js';

const megabyte = Buffer.alloc(1024 * 1024);

it('takes a client that reads nothing for gone, so that what it was answered from is let go', async () => {
  let abandoned = false;
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield megabyte;
    } finally {
      abandoned = true;
    }
  }
  const { promise: written, resolve } = Promise.withResolvers<void>();
  const server = createServer((_request, response) => {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const answer = {
      status: 200,
      headers: {},
      body: endless(),
      settlement: Promise.resolve({ outcome: 'ended' as const }),
    };
    void writeAnswer(answer, response, gone.signal, 50).then(resolve);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.pause();
  client.on('error', () => undefined);
  client.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  await written;
  expect(abandoned).toBe(true);
  client.destroy();
  server.close();
  server.closeAllConnections();
});
