import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The baseline: what any proxy on `node:http` costs before it does anything. The first argument is the upstream's port. */
const upstreamPort = Number(process.argv[2]);
const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });

const server = createServer({ noDelay: true, keepAlive: true }, (incoming, outgoing) => {
  const call = request(
    {
      host: '127.0.0.1',
      port: upstreamPort,
      method: incoming.method,
      path: incoming.url,
      headers: incoming.headers,
      agent,
    },
    (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    },
  );
  call.setNoDelay(true);
  call.once('error', () => outgoing.destroy());
  incoming.pipe(call);
});
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.once('disconnect', () => process.exit(0));
