import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { GatewayError } from '#wire';
import type { UpstreamResponse } from './upstream-answer.js';
import { UpstreamClient } from './upstream-client.js';

const timeouts = { connectMs: 1000, firstByteMs: 5000, idleMs: 5000 };

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** The port of an upstream that answers its one call with these bytes, whatever it is asked, and closes. */
async function speaking(bytes: string): Promise<number> {
  const server = createTcpServer((socket) => {
    server.close();
    socket.on('error', () => undefined).once('data', () => socket.end(bytes));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

describe('UpstreamAnswer', () => {
  let client: UpstreamClient;
  let server: Server;
  let answer: (response: ServerResponse) => void;

  beforeEach(async () => {
    // A port may come again, and a client's connections to it have ended.
    client = new UpstreamClient();
    server = createServer((request, response) => {
      request.resume();
      answer(response);
    });
    // What the parser cannot read is told as it is, and not by Node's answer of 400.
    server.on('clientError', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET') throw error;
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(async () => {
    await client.onApplicationShutdown();
    server.closeAllConnections();
    server.close();
  });

  async function post(signal: AbortSignal, port = (server.address() as AddressInfo).port): Promise<UpstreamResponse> {
    const address = { origin: `http://127.0.0.1:${port}`, path: '/', headers: { 'content-type': 'text/plain' } };
    return client.post(address, 'question', timeouts, signal);
  }

  it('gives status, headers and bytes, and what has come since the last read as one chunk', async () => {
    const waiting: ServerResponse[] = [];
    answer = (response) => {
      response.writeHead(201, { 'x-one': '1', 'x-many': ['2', '3'] });
      response.write('first ');
      waiting.push(response);
    };
    const { status, headers, body } = await post(new AbortController().signal);
    expect([status, headers['x-one'], headers['x-many']]).toEqual([201, '1', '2, 3']);
    const chunks = body[Symbol.asyncIterator]();
    expect(String((await chunks.next()).value)).toBe('first ');
    waiting[0]?.write('second ');
    waiting[0]?.end('third');
    await sleep(100);
    expect(String((await chunks.next()).value)).toBe('second third');
    expect(await chunks.next()).toEqual({ done: true, value: undefined });
  });

  it('waits for the answer behind what only announces it', async () => {
    answer = (response) => {
      response.writeEarlyHints({ link: '</a>; rel=preload' });
      setTimeout(() => response.writeHead(200).end('answer'), 20);
    };
    const { status, body } = await post(new AbortController().signal);
    expect(status).toBe(200);
    expect(String((await body[Symbol.asyncIterator]().next()).value)).toBe('answer');
  });

  it('asks an upstream nothing for a client that has left while the connection was being made', async () => {
    let asked = 0;
    answer = (response) => {
      asked += 1;
      response.end();
    };
    const controller = new AbortController();
    const left = failureOf(post(controller.signal));
    controller.abort(new GatewayError('client_closed', 'gone'));
    expect(await left).toMatchObject({ code: 'client_closed' });
    await post(new AbortController().signal);
    await sleep(50);
    expect(asked).toBe(1);
  });

  it('stops reading from an upstream while nobody reads, and loses nothing', async () => {
    const total = 64 * 1024 * 1024;
    const piece = Buffer.alloc(1024 * 1024, 'x');
    let written = 0;
    answer = (response) => {
      const write = (): void => {
        while (written < total) {
          written += piece.length;
          if (!response.write(piece)) {
            response.once('drain', write);
            return;
          }
        }
        response.end();
      };
      write();
    };
    const { body } = await post(new AbortController().signal);
    await sleep(300);
    // What the kernel's buffers take is a few megabytes.
    expect(written).toBeLessThan(total / 2);
    let bytes = 0;
    for await (const chunk of body) bytes += chunk.length;
    expect(bytes).toBe(total);
  });

  it('tells of a broken connection after the bytes that came before', async () => {
    answer = (response) => {
      response.write('half an answer');
      setTimeout(() => response.destroy(), 20);
    };
    const { body } = await post(new AbortController().signal);
    await sleep(100);
    const chunks = body[Symbol.asyncIterator]();
    expect(String((await chunks.next()).value)).toBe('half an answer');
    expect(await failureOf(chunks.next())).toMatchObject({ code: 'upstream_failed' });
  });

  it.each(['before the head', 'in the body', 'while it is read'])('ends with its signal: %s', async (moment) => {
    const closed: true[] = [];
    answer = (response) => {
      response.once('close', () => {
        closed.push(true);
      });
      if (moment !== 'before the head') response.write('beginning');
    };
    const controller = new AbortController();
    const reason = new GatewayError('client_closed', 'gone');
    if (moment === 'before the head') {
      const head = failureOf(post(controller.signal));
      await sleep(50);
      controller.abort(reason);
      expect(await head).toBe(reason);
    } else {
      const chunks = (await post(controller.signal)).body[Symbol.asyncIterator]();
      if (moment === 'while it is read') await chunks.next();
      const next = moment === 'while it is read' ? failureOf(chunks.next()) : undefined;
      controller.abort(reason);
      expect(await (next ?? failureOf(chunks.next()))).toBe(reason);
    }
    for (let tries = 0; tries < 400 && closed.length === 0; tries += 1) await sleep(5);
    expect(closed).toEqual([true]);
  });

  it('does not wait for a connection that is still being made when its signal fires', async () => {
    // Accepts nothing: its backlog is full.
    const mute = createTcpServer();
    mute.listen({ port: 0, host: '127.0.0.1', backlog: 1 });
    await once(mute, 'listening');
    const controller = new AbortController();
    const failure = failureOf(post(controller.signal, (mute.address() as AddressInfo).port));
    controller.abort(new GatewayError('client_closed', 'gone'));
    expect(await failure).toMatchObject({ code: 'client_closed' });
    mute.close();
  });

  it('closes the connection of an answer that is abandoned', async () => {
    const closed: true[] = [];
    answer = (response) => {
      response.once('close', () => {
        closed.push(true);
      });
      response.write('beginning');
    };
    const { body } = await post(new AbortController().signal);
    for await (const chunk of body) {
      expect(String(chunk)).toBe('beginning');
      break;
    }
    for (let tries = 0; tries < 400 && closed.length === 0; tries += 1) await sleep(5);
    expect(closed).toEqual([true]);
  });

  it.each([
    ['no HTTP', 'SSH-2.0-OpenSSH\r\n', 'upstream_invalid_answer'],
    ['a header line that is none', 'HTTP/1.1 200 OK\r\nno header line\r\n\r\n', 'upstream_invalid_answer'],
    ['headers without end', `HTTP/1.1 200 OK\r\nx-long: ${'x'.repeat(200_000)}\r\n\r\n`, 'upstream_invalid_answer'],
    ['half a head', 'HTTP/1.1 200 OK\r\nx-half: ', 'upstream_failed'],
  ])('tells of %s instead of a head', async (_what, bytes, code) => {
    const port = await speaking(bytes);
    expect(await failureOf(post(new AbortController().signal, port))).toMatchObject({ code });
  });

  it.each([
    ['a chunk that is none', 'transfer-encoding: chunked\r\n\r\nno chunk\r\n', 'upstream_invalid_answer'],
    ['half a chunk', 'transfer-encoding: chunked\r\nconnection: close\r\n\r\n9\r\nhalf', 'upstream_failed'],
  ])('tells of %s in the body', async (_what, bytes, code) => {
    const port = await speaking(`HTTP/1.1 200 OK\r\n${bytes}`);
    const { body } = await post(new AbortController().signal, port);
    const read = async (): Promise<void> => {
      for await (const chunk of body) expect(String(chunk)).toBe('half');
    };
    expect(await failureOf(read())).toMatchObject({ code });
  });

  it('blames no upstream for a header that cannot be sent', async () => {
    const address = { origin: 'http://127.0.0.1:1', path: '/', headers: { 'x-key': 'two\nlines' } };
    const { signal } = new AbortController();
    expect(await failureOf(client.post(address, 'question', timeouts, signal))).toMatchObject({ code: 'internal' });
  });

  it('lets go of the connections to an upstream that is not used any more, when its calls have ended', async () => {
    server.keepAliveTimeout = 0;
    const open = new Set<Socket>();
    server.on('connection', (socket: Socket) => {
      open.add(socket);
      socket.once('close', () => open.delete(socket));
    });
    const waiting: ServerResponse[] = [];
    answer = (response) => {
      waiting.push(response);
      response.write('beginning');
    };
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { body } = await post(new AbortController().signal);
    client.keepOnly([{ origin, connectMs: timeouts.connectMs }]);
    client.keepOnly([]);
    waiting[0]?.end(' and end');
    let text = '';
    for await (const chunk of body) text += String(chunk);
    expect(text).toBe('beginning and end');
    for (let tries = 0; tries < 1000 && open.size > 0; tries += 1) await sleep(5);
    expect(open.size).toBe(0);
    answer = (response) => response.end('again');
    const again = await post(new AbortController().signal);
    for await (const chunk of again.body) expect(String(chunk)).toBe('again');
    client.keepOnly([{ origin, connectMs: timeouts.connectMs }]);
    await sleep(100);
    expect(open.size).toBe(1);
    client.keepOnly([{ origin, connectMs: timeouts.connectMs + 1 }]);
    for (let tries = 0; tries < 1000 && open.size > 0; tries += 1) await sleep(5);
    expect(open.size).toBe(0);
  });

  it('calls an upstream that is not there unreachable', async () => {
    const { port } = server.address() as AddressInfo;
    server.close();
    expect(await failureOf(post(new AbortController().signal, port))).toMatchObject({ code: 'upstream_unreachable' });
  });
});
