import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { Request, Response } from 'express';
import { RequestContext, requestContext } from '#observability';
import { type ErrorCode, formatError, GatewayError } from '#wire';
import { dialectOf } from './dialect-of.js';
import { unknownRoute } from './unknown-route.js';

const unknownContext = new RequestContext('unknown', 'req_unknown');

/** Everything that goes wrong before the first byte of an answer ends here, and leaves in the caller's own dialect. */
@Catch()
export class ErrorsFilter implements ExceptionFilter {
  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const error = asGatewayError(thrown, request);
    const context = requestContext.getStore() ?? unknownContext;
    context.fail(error);
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    // What the client still sends is read and thrown away: closing on it would reset the connection under the answer.
    if (!request.complete) request.resume();
    const { relay } = error.context;
    const formatted = formatError(dialectOf(request), error, context.requestId);
    response.status(relay?.status ?? formatted.status);
    const headers = { ...formatted.headers, ...context.provenance };
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (relay !== undefined) response.setHeader('content-type', relay.contentType).end(relay.body);
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(formatted.body));
  }
}

const codeByStatus: Readonly<Record<number, ErrorCode>> = {
  401: 'unauthenticated',
  403: 'forbidden',
  413: 'too_large',
  429: 'rate_limited',
  503: 'unavailable',
};

function asGatewayError(thrown: unknown, request: Request): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  if (thrown instanceof HttpException) {
    const status = thrown.getStatus();
    // No route has taken the request: what a route does not find is a `GatewayError`.
    if (status === 404) return unknownRoute(request);
    const code = codeByStatus[status] ?? (status < 500 ? 'invalid_request' : 'internal');
    return new GatewayError(code, thrown.message, { cause: thrown });
  }
  return new GatewayError('internal', 'Internal server error', { cause: thrown });
}
