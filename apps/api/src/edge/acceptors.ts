import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer, type ListenOptions, type Server } from 'node:net';

/** Measured with 1,000 streams that saturate a core: 8 leave new connections waiting for a second, 16 a third of it, 32 no less. */
const acceptorCount = 16;

/**
 * Several sockets that listen on the port of one HTTP server. Since libuv 1.45 a turn of the event loop accepts one connection from
 * each listening socket, so that under load, when a turn takes long, new clients and a balancer's health checks would wait
 * for seconds before their request is even read (docs/decisions/0016-several-listening-sockets.md).
 */
export class Acceptors {
  private readonly others: Server[] = [];

  constructor(private readonly server: HttpServer) {}

  /** Rejects as `listen` does, with `EADDRINUSE` also where another process of this kind holds the port. */
  async listen(port: number, host: string): Promise<void> {
    await tryToListen({ port, host });
    const reusePort = await canSharePorts(host);
    await listening(this.server, { port, host, reusePort });
    const bound = (this.server.address() as AddressInfo | null)?.port;
    if (!reusePort || bound === undefined) return;
    while (this.server.listening && this.others.length < acceptorCount - 1) {
      // As an HTTP server sets up its own.
      const other = createServer({ allowHalfOpen: true, noDelay: true }, (socket) =>
        this.server.emit('connection', socket),
      );
      this.others.push(other);
      await listening(other, { port: bound, host, reusePort: true });
    }
  }

  /** Takes no more connections; resolves when those that the HTTP server did not accept itself are closed. */
  async close(): Promise<void> {
    await Promise.all(this.others.map(closed));
  }
}

/** Sockets that share a port do so with every process of the same user, and the second one is not told: so it tries alone first. */
async function tryToListen(options: ListenOptions): Promise<void> {
  const server = createServer();
  await listening(server, options);
  await closed(server);
}

/** macOS and Windows cannot. Tried beside the HTTP server, whose errors Nest takes for the end. */
async function canSharePorts(host: string): Promise<boolean> {
  try {
    await tryToListen({ port: 0, host, reusePort: true });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOTSUP') return false;
    throw error;
  }
}

async function listening(server: Server, options: ListenOptions): Promise<void> {
  server.listen(options);
  await once(server, 'listening');
}

async function closed(server: Server): Promise<void> {
  await new Promise((resolve) => {
    server.close(resolve);
  });
}
