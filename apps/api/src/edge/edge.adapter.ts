import { createServer, IncomingMessage, type Server, ServerResponse } from 'node:http';
import { callbackify } from 'node:util';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { Express } from 'express';
import { Acceptors } from './acceptors.js';

/**
 * Express gives every request and response its own prototype as they come, and objects whose prototype has changed are slow from
 * then on. Here Node makes them with it, and Express finds nothing to change. Connections are taken by {@link Acceptors}.
 */
export class EdgeAdapter extends ExpressAdapter {
  private acceptors: Acceptors | undefined;

  override initHttpServer(): void {
    const app = this.getInstance<Express>();
    // As at both vendors, and as the dialect of a path is read. Express's own setting comes too late: Nest's adapter has had the
    // router made in its constructor. What counts is what the router says when a route is added.
    Object.assign(app.router, { caseSensitive: true });
    class Request extends IncomingMessage {}
    class Response extends ServerResponse {}
    Object.setPrototypeOf(Request.prototype, app.request);
    Object.setPrototypeOf(Response.prototype, app.response);
    Object.assign(app, { request: Request.prototype, response: Response.prototype });
    const server = createServer({ IncomingMessage: Request, ServerResponse: Response }, app);
    this.acceptors = new Acceptors(server);
    this.httpServer = server;
  }

  /** Nest calls it with a callback, which takes an error as well. */
  override listen(port: string | number, ...args: unknown[]): Server {
    const [done, host = '0.0.0.0'] = args.toReversed() as [done: (error: Error) => void, host?: string];
    callbackify(async () => this.acceptors?.listen(Number(port), host))(done);
    return this.httpServer;
  }

  override async close(): Promise<void> {
    await Promise.all([super.close(), this.acceptors?.close()]);
  }
}
