import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Acceptors } from './acceptors.js';

const host = '127.0.0.1';
const clients: Socket[] = [];
let answers: ServerResponse[];
let server: Server;
let acceptors: Acceptors;

beforeEach(() => {
  answers = [];
  server = createServer((_request, response) => answers.push(response));
  acceptors = new Acceptors(server);
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  server.close();
  await acceptors.close();
});

function portOf(listening: Server): number {
  return (listening.address() as AddressInfo).port;
}

function open(count: number): void {
  for (let opened = 0; opened < count; opened += 1) clients.push(connect(portOf(server), host));
}

/** Turns of the event loop until so many connections are accepted. */
async function turnsUntilAccepted(count: number): Promise<number> {
  const accepted: Socket[] = [];
  server.on('connection', (socket) => accepted.push(socket));
  open(count);
  let turns = 0;
  for (; accepted.length < count; turns += 1) await turn();
  return turns;
}

/** Elsewhere there is one socket. */
const onLinux = process.platform === 'linux' ? it : it.skip;

describe('acceptors', () => {
  onLinux('accept many connections in a turn of the event loop, where one listening socket accepts one', async () => {
    await acceptors.listen(0, host);

    expect(await turnsUntilAccepted(128)).toBeLessThan(64);
  });

  it('refuse a port that another process holds by acceptors of its own', async () => {
    await acceptors.listen(0, host);
    const second = new Acceptors(createServer());

    await expect(second.listen(portOf(server), host)).rejects.toMatchObject({
      code: 'EADDRINUSE',
      port: portOf(server),
    });
  });

  onLinux('close when the answers have ended whose connections they took', async () => {
    await acceptors.listen(0, host);
    open(64);
    for (const client of clients) client.write('GET / HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n');
    while (answers.length < 64) await turn();

    let state = 'open';
    const closing = acceptors.close().finally(() => (state = 'closed'));
    for (let turns = 0; turns < 20; turns += 1) await turn();
    expect(state).toBe('open');
    for (const answer of answers) answer.end('done');
    await closing;
  });

  it('take no connection any more once they are closed', async () => {
    await acceptors.listen(0, host);
    const port = portOf(server);
    server.close();
    await acceptors.close();

    await expect(once(connect(port, host), 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
