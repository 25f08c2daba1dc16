import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const paths = ['/v1/messages', '/v1/chat/completions', '/v1/responses'];

/**
 * Sends the events of an instant upstream's streams one by one, the first at once and each after it at its interval, and its
 * plain answers as they are. Resolves to its port.
 */
export async function startPacedUpstream(instantUrl: string, intervalMs: number): Promise<number> {
  const answers = new Map<string, { plain: Buffer; events: readonly Buffer[] }>();
  for (const path of paths) {
    const [plain, stream] = await Promise.all([ask(instantUrl + path, false), ask(instantUrl + path, true)]);
    const events = stream
      .toString('utf8')
      .split(/(?<=\n\n)/)
      .map((event) => Buffer.from(event));
    answers.set(path, { plain, events });
  }
  const server = createServer({ noDelay: true }, (request, response) => {
    const body: Buffer[] = [];
    request.on('data', (piece: Buffer) => body.push(piece));
    request.once('end', () => {
      const answer = answers.get(request.url ?? '');
      if (answer === undefined) {
        response.writeHead(404).end();
        return;
      }
      // The flag may stand anywhere in a request of megabytes, but ours stands at its end.
      if (!Buffer.concat(body).includes('"stream":true', -64)) {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.plain.length });
        response.end(answer.plain);
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      let sent = 0;
      const send = (): void => {
        response.write(answer.events[sent]);
        sent += 1;
        if (sent < answer.events.length) return;
        clearInterval(timer);
        response.end();
      };
      const timer = setInterval(send, intervalMs);
      response.once('close', () => clearInterval(timer));
      send();
    });
  });
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', 4096, resolve);
  });
  return (server.address() as AddressInfo).port;
}

async function ask(url: string, stream: boolean): Promise<Buffer> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify({ stream }) });
  return Buffer.from(await response.arrayBuffer());
}
