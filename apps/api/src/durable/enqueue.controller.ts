import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { type EnqueuedJob, JobService } from '#jobs';
import { Documented, DocumentedUnder } from '../openapi/documented.decorator.js';
import { documents } from '../openapi/documents.js';
import { callerOf } from '../edge/caller-of.js';
import { forwardableHeaders } from '../edge/forwardable-headers.js';
import { queryOf } from '../edge/query-of.js';
import { maxRequestBytes, readRequestBody } from '../edge/read-request-body.js';

/** What may stand around the longest request: metadata and the members' names. */
const maxEnvelopeBytes = 64 * 1024;

/** Takes a request that is answered later, whatever happens to this process. */
@DocumentedUnder('Durable')
@Controller('api/enqueue')
export class EnqueueController {
  constructor(private readonly jobs: JobService) {}

  @Documented(documents.enqueue)
  @Post()
  @HttpCode(202)
  async enqueue(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<EnqueuedJob> {
    const body = await readRequestBody(request, maxRequestBytes + maxEnvelopeBytes);
    const headers = forwardableHeaders(request.headers);
    const query = queryOf(request.originalUrl);
    const idempotencyKey = request.header('idempotency-key');
    const job = await this.jobs.enqueue({ body, headers, query, idempotencyKey }, callerOf(request));
    response.setHeader('location', job.status_url);
    return job;
  }
}
