import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import type { Logger } from 'pino';
import { correlationIdFrom, LOGGER, RequestContext, requestContext } from '#observability';

/** Gives every request its ids, and writes its one log line when the answer has ended, however it ended. */
@Injectable()
export class RequestContextMiddleware implements NestMiddleware {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  use(request: Request, response: Response, next: NextFunction): void {
    const startedMs = performance.now();
    const requestId = `req_${randomUUID().replaceAll('-', '')}`;
    const context = new RequestContext(correlationIdFrom(request.headers['x-correlation-id']), requestId);
    response.setHeader('x-correlation-id', context.correlationId);
    response.setHeader('request-id', requestId);
    response.setHeader('x-request-id', requestId);
    // Read now: a connection that is gone has no address.
    const { ip } = request;
    response.once('close', () => void this.log(request, ip, response, context, startedMs));
    requestContext.run(context, next);
  }

  private async log(
    request: Request,
    ip: string | undefined,
    response: Response,
    context: RequestContext,
    startedMs: number,
  ): Promise<void> {
    const responseTime = Math.round(performance.now() - startedMs);
    const { method } = request;
    const url = request.originalUrl.split('?', 1)[0];
    const { statusCode } = response;
    const fields = await context.fields();
    const level = context.error?.level ?? (probes.has(url ?? '') ? 'debug' : 'info');
    this.logger[level](
      {
        correlationId: context.correlationId,
        metadata: {
          requestId: context.requestId,
          request: { method, url, ip },
          response: { statusCode, responseTime, complete: response.writableFinished },
          ...fields,
        },
        ...(context.error === undefined ? {} : { error: context.error }),
      },
      `${method} ${url} ${statusCode}`,
    );
  }
}

/** Asked every few seconds by balancers; at `info` they would drown the rest. */
const probes: ReadonlySet<string> = new Set(['/health', '/health/live', '/health/ready']);
