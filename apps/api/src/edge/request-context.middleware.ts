import { Inject, Injectable, type NestMiddleware, Optional } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import type { Logger } from 'pino';
import {
  correlationIdFrom,
  LOGGER,
  newRequestId,
  RequestContext,
  RequestLog,
  requestContext,
  traceContextFrom,
  type Traces,
  TRACES,
  type TraceSpan,
} from '#observability';
import type { GatewayError } from '#wire';
import { clientClosed, RequestMetrics } from './request-metrics.js';
import { routeOf } from './route-of.js';

/** What is known before a request's fate is. */
interface Begun {
  readonly context: RequestContext;
  readonly ip: string | undefined;
  readonly startedMs: number;
}

/** As it was when the answer ended or the client left: what fails later has failed nobody. */
interface Closed {
  /** On the clock of `performance.now()`. */
  readonly endedMs: number;
  /** Milliseconds since 1970. */
  readonly endedAt: number;
  readonly status: number;
  /** Whether the whole answer was handed to the connection. */
  readonly complete: boolean;
  readonly error: GatewayError | undefined;
}

interface LoggedRequest {
  readonly request: { readonly method: string; readonly url: string };
  readonly response: { readonly statusCode: number };
}

/** Gives every request its ids; when the answer has ended, however it ended, it is counted and gets its one log line. */
@Injectable()
export class RequestContextMiddleware implements NestMiddleware {
  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly requestLog: RequestLog,
    private readonly metrics: RequestMetrics,
    @Optional() @Inject(TRACES) private readonly traces?: Traces,
  ) {}

  use(request: Request, response: Response, next: NextFunction): void {
    const startedMs = performance.now();
    const { headers } = request;
    const requestId = newRequestId();
    const trace = traceContextFrom(headers.traceparent, headers.tracestate);
    const context = new RequestContext(correlationIdFrom(headers['x-correlation-id']) ?? requestId, requestId, trace);
    if (this.traces !== undefined && !isProbe(request.path)) {
      context.span = this.traces.start(request.method, 'server', trace, { 'http.request.method': request.method });
    }
    response.setHeader('x-correlation-id', context.correlationId);
    response.setHeader('request-id', requestId);
    response.setHeader('x-request-id', requestId);
    // The address is read now: a connection that is gone has none.
    const begun: Begun = { context, ip: request.ip, startedMs };
    this.metrics.begun();
    response.once('close', () => {
      const closed: Closed = {
        endedMs: performance.now(),
        endedAt: Date.now(),
        status: response.headersSent ? response.statusCode : clientClosed,
        complete: response.writableFinished,
        error: context.error,
      };
      context.whenSettled(() => this.finish(request, begun, closed));
    });
    requestContext.run(context, next);
  }

  private finish(request: Request, { context, ip, startedMs }: Begun, closed: Closed): void {
    const { endedMs, status, error } = closed;
    const durationMs = endedMs - startedMs;
    const firstByteMs = (context.firstByteAtMs ?? endedMs) - startedMs;
    const { method } = request;
    const route = routeOf(request);
    const url = pathOf(request.originalUrl);
    const metadata = context.complete({
      requestId: context.requestId,
      request: { method, url, ip },
      response: {
        statusCode: status,
        responseTime: Math.round(durationMs),
        // Told where it is news.
        complete: closed.complete ? undefined : false,
      },
    });
    this.metrics.finished({
      method,
      route,
      status,
      durationMs,
      firstByteMs,
      ownMs: Math.max(0, firstByteMs - context.waitedMs),
      errorCode: error?.code,
      authentication: metadata.authentication,
      throttledBy: metadata.throttledBy,
    });
    const attributes = { 'http.route': route, 'http.response.status_code': status };
    this.endSpan(context.span, closed, `${method} ${route}`, attributes);
    this.log(context.correlationId, closed, metadata);
  }

  private endSpan(
    span: TraceSpan | undefined,
    { endedMs, error }: Closed,
    name: string,
    attributes: Readonly<Record<string, string | number>>,
  ): void {
    if (span === undefined) return;
    span.rename(name);
    span.set(attributes);
    span.end(error !== undefined && error.status >= 500 ? error.code : undefined, endedMs);
  }

  private log(correlationId: string, { endedAt, error }: Closed, metadata: LoggedRequest): void {
    const { method, url } = metadata.request;
    const message = `${method} ${url} ${metadata.response.statusCode}`;
    if (error !== undefined) this.logger[error.level]({ correlationId, metadata, error }, message);
    else if (isProbe(url)) this.logger.debug({ correlationId, metadata }, message);
    else this.requestLog.info(endedAt, correlationId, metadata, message);
  }
}

/** Its query may hold anything, and so may what a proxy's client writes before the path: neither is needed to tell what happened. */
function pathOf(url: string): string {
  const [path = ''] = url.split('?', 1);
  if (path.startsWith('/') || path === '*') return path;
  return URL.canParse(path) ? new URL(path).pathname : '';
}

/** Asked every few seconds by balancers and scrapers; at `info` they would drown the rest. */
function isProbe(path: string): boolean {
  return path === '/metrics' || path === '/health' || path.startsWith('/health/');
}
