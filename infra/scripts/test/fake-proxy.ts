import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

interface SeenRequest {
  readonly route: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Route = (response: ServerResponse, seen: SeenRequest) => void;

const json = (response: ServerResponse, status: number, body: unknown) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

const message = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-haiku-5-5',
  content: [],
  usage: { output_tokens: 1 },
};

/** A proxy that answers as the API's contract says, until a test replaces one of its routes. */
export class FakeProxy {
  readonly seen: SeenRequest[] = [];
  readonly routes: Record<string, Route> = {
    'GET /health': (response) => json(response, 200, { status: 'ok', info: {} }),
    'GET /v1/models': (response) => json(response, 200, { data: [{ id: 'claude-haiku-5-5' }] }),
    'POST /v1/messages': (response, { headers, body }) => {
      if (headers['x-api-key'] !== FakeProxy.key) {
        json(response, 401, { type: 'error', error: { type: 'authentication_error', message: 'no key' } });
      } else if (body.includes('"stream":true')) {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end('event: message_start\ndata: {}\n\nevent: message_stop\ndata: {}\n\n');
      } else {
        json(response, 200, message);
      }
    },
    'POST /api/enqueue': (response) =>
      json(response, 202, { job_id: 'job-1', status: 'queued', status_url: '/api/jobs/job-1' }),
    'GET /api/jobs/job-1': (response) => {
      const polls = this.seen.filter(({ route }) => route === 'GET /api/jobs/job-1').length;
      if (polls < 2) json(response, 200, { job_id: 'job-1', status: 'running' });
      else json(response, 200, { job_id: 'job-1', status: 'succeeded', result: message });
    },
  };
  static readonly key = 'smoke-key-of-thirty-two-characters';

  private constructor(private readonly server: Server) {}

  static async start(): Promise<FakeProxy> {
    const server = createServer((request, response) => {
      const respond = async () => {
        const body = await text(request);
        const route = `${request.method} ${request.url}`;
        const seen = { route, headers: request.headers, body };
        proxy.seen.push(seen);
        const answer = proxy.routes[route];
        if (answer === undefined) json(response, 404, { type: 'error' });
        else answer(response, seen);
      };
      // Rejects when curl was ended in the middle of its request.
      respond().catch(() => response.destroy());
    });
    const proxy = new FakeProxy(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => {
      this.server.close(resolve);
      this.server.closeAllConnections();
    });
  }
}

export { json as answerJson };
