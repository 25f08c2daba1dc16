import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
import { findEndpoint } from './endpoint.js';
import { Exchange } from './exchange.js';
import { createInstantServer } from './instant-server.js';
import { Recorder, type RecordedRequest, type SimulatorCounts } from './recorder.js';
import { readBody } from './request-body.js';
import { Script, type SimulatorMatcher, type SimulatorStep } from './script.js';
import { noTokens } from './token-usage.js';

export interface SimulatorOptions {
  /** 0, the default, takes a free port. */
  readonly port?: number;
  /** `127.0.0.1` by default. */
  readonly host?: string;
  /** Prebuilt answers for benchmarks; nothing can be scripted then. */
  readonly instant?: boolean;
  /** Of an instant stream; 100 by default. */
  readonly deltas?: number;
  /** Milliseconds between the events of an instant stream, which otherwise come all at once. */
  readonly intervalMs?: number;
}

/** An upstream that plays Anthropic, OpenAI and Azure OpenAI over HTTP, and does what it is told. */
export interface Simulator {
  /** Base URL without a slash at its end. */
  readonly url: string;
  /** The latest requests, oldest first: at most 1,000, and 256 MB of bodies. */
  readonly requests: readonly RecordedRequest[];
  /** Of all requests since the start or the last `reset()`: the oracle for accounting. */
  readonly counts: SimulatorCounts;
  /** Answers to requests since the last `reset()` that have not ended. */
  readonly openRequests: number;
  /**
   * Queues steps, one for each of the next generations (`times` makes one step answer several), or adds a matcher.
   * Throws an `Error` on a directive that it does not understand.
   */
  script(script: SimulatorMatcher | SimulatorStep | readonly SimulatorStep[]): void;
  /** Resolves when no answer is open. */
  idle(): Promise<void>;
  /** Forgets script, requests and counts. Open answers go on, and are counted nowhere. */
  reset(): void;
  /** Cuts what is open and frees the port. */
  close(): Promise<void>;
}

/** A benchmark's clients connect by the thousand. */
const backlog = 4096;

/** Rejects when the port is taken. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const recorder = new Recorder();
  const script = new Script();
  const open = new Set<Promise<void>>();
  const sockets = new Set<Socket>();

  const server = options.instant
    ? createInstantServer(recorder, options.deltas ?? 100, options.intervalMs)
    : createHttpServer((request, response) => {
        const answered = answer(request, response, recorder, script).finally(() => open.delete(answered));
        open.add(answered);
      });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const host = options.host ?? '127.0.0.1';
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: options.port ?? 0, host, backlog }, resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    get requests() {
      return recorder.requests;
    },
    get counts() {
      return recorder.counts;
    },
    get openRequests() {
      return recorder.counts.byOutcome.open;
    },
    script: (given) => script.add(given),
    async idle() {
      while (open.size > 0) await Promise.allSettled(open);
    },
    reset() {
      recorder.reset();
      script.reset();
    },
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      });
      await Promise.allSettled(open);
    },
  };
}

function createHttpServer(listener: RequestListener): Server {
  const server = createServer({ keepAlive: true, noDelay: true, requestTimeout: 0 }, listener);
  // Longer than any client's pool keeps a connection, so that the race of a request with a closing socket stays a script's choice.
  server.keepAliveTimeout = 120_000;
  return server;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  recorder: Recorder,
  script: Script,
): Promise<void> {
  try {
    const target = request.url ?? '/';
    const endpoint = findEndpoint(request.method ?? 'GET', target, request.headers);
    const body = await readBody(request);
    const bytes = body === 'too_large' ? Buffer.alloc(0) : body;
    const record: RecordedRequest = {
      method: request.method ?? 'GET',
      path: target,
      headers: request.headers,
      rawHeaders: request.rawHeaders,
      body: bytes,
      json: parsed(bytes),
      receivedAt: new Date(),
      eventsSent: 0,
      usageTold: noTokens,
      outcome: 'open',
    };
    recorder.begin(record, endpoint.path);
    await new Exchange(endpoint, record, body === 'too_large', response, recorder, script).play();
  } catch (error) {
    // When the peer went away, while it spoke or while it was spoken to, nobody is left to tell.
    if (response.destroyed || (response.socket?.destroyed ?? true)) return;
    if (response.headersSent) response.destroy();
    else response.writeHead(500, { 'content-type': 'text/plain' }).end(`simulator: ${String(error)}`);
  }
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
