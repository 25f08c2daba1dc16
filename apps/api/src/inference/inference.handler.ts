import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Gateway } from '#gateway';
import { RequestContext, requestContext } from '#observability';
import type { UpstreamOperation } from '#providers';
import { type Dialect, GatewayError } from '#wire';
import { callerOf } from '../edge/caller-of.js';
import { forwardableHeaders } from '../edge/forwardable-headers.js';
import { queryOf } from '../edge/query-of.js';
import { readRequestBody } from '../edge/read-request-body.js';
import { writeAnswer } from '../edge/write-answer.js';

/** HTTP on one side, the gateway on the other; the same for every dialect. */
@Injectable()
export class InferenceHandler {
  constructor(private readonly gateway: Gateway) {}

  async handle(dialect: Dialect, operation: UpstreamOperation, request: Request, response: Response): Promise<void> {
    const client = new AbortController();
    response.once('close', () => {
      if (!response.writableFinished)
        client.abort(new GatewayError('client_closed', 'The client closed the connection'));
    });
    const body = await readRequestBody(request);
    const answer = await this.gateway.send(
      {
        id: requestIdOf(requestContext.getStore()),
        dialect,
        operation,
        body,
        headers: forwardableHeaders(request.headers),
        query: queryOf(request.originalUrl),
        durable: false,
      },
      callerOf(request),
      client.signal,
    );
    try {
      await writeAnswer(answer, response, client.signal);
    } catch (error) {
      client.abort(error);
      throw error;
    }
  }
}

function requestIdOf(context: RequestContext | undefined): string {
  if (context === undefined) throw new Error('the request context middleware has not run');
  return context.requestId;
}
