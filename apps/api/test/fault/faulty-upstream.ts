import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { startSimulator } from '#providers/simulator';

/** An upstream that does one thing, always the same. */
export interface FaultyUpstream {
  /** Where it is, without a path. */
  readonly url: string;
  /** Requests that have reached it. */
  readonly calls: () => number;
  readonly close: () => Promise<void>;
}

/** The simulator, answering every request by the same directives. */
export async function playing(directives: string): Promise<FaultyUpstream> {
  const simulator = await startSimulator();
  simulator.script(() => directives);
  return { url: simulator.url, calls: () => simulator.counts.calls, close: async () => simulator.close() };
}

/** Nobody listens: only the system may, on such a port. */
export async function refusing(): Promise<FaultyUpstream> {
  return { url: 'http://127.0.0.1:1', calls: () => 0, close: async () => undefined };
}

/** A name that the reserved top-level domain promises never to exist (RFC 6761). */
export async function nameless(): Promise<FaultyUpstream> {
  return { url: 'https://upstream.invalid', calls: () => 0, close: async () => undefined };
}

/** A TLS server without a certificate: every handshake fails with an alert. */
export async function withoutCertificate(): Promise<FaultyUpstream> {
  const server = createTlsServer({});
  server.on('tlsClientError', () => undefined);
  return { ...(await listening(server, 'https')), calls: () => 0 };
}

/** Accepts the connection, and never says a word of the handshake. */
export async function muteHandshake(): Promise<FaultyUpstream> {
  return { ...(await listening(createServer(), 'https')), calls: () => 0 };
}

/** Answers every request with a head that has a line which is no header. */
export async function malformedHead(): Promise<FaultyUpstream> {
  let calls = 0;
  const server = createServer((client) => {
    client.once('data', () => {
      calls += 1;
      client.end('HTTP/1.1 200 OK\r\nno header line\r\n\r\n');
    });
  });
  return { ...(await listening(server, 'http')), calls: () => calls };
}

/** The simulator behind a wire that is torn, by a TCP reset, as soon as it has been silent in the middle of an answer. */
export async function resetting(directives: string): Promise<FaultyUpstream> {
  const upstream = await playing(directives);
  const { port } = new URL(upstream.url);
  const server = createServer((client) => {
    const simulator = connect(Number(port), '127.0.0.1');
    client.pipe(simulator);
    simulator.on('data', (chunk: Buffer) => {
      client.write(chunk);
      setTimeout(() => client.resetAndDestroy(), 100).unref();
    });
    client.on('close', () => simulator.destroy()).on('error', () => undefined);
    simulator.on('close', () => client.destroy()).on('error', () => undefined);
  });
  const { url, close } = await listening(server, 'http');
  return { url, calls: upstream.calls, close: async () => void (await Promise.all([close(), upstream.close()])) };
}

async function listening(server: Server, scheme: string): Promise<Omit<FaultyUpstream, 'calls'>> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `${scheme}://127.0.0.1:${port}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
