import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { JobService } from '#jobs';
import { Documented, DocumentedUnder } from '../openapi/documented.decorator.js';
import { documents } from '../openapi/documents.js';
import { callerOf } from '../edge/caller-of.js';
import { cutWhenStalled } from '../edge/write-answer.js';

/** What has become of a durable request. */
@DocumentedUnder('Durable')
@Controller('api/jobs')
export class JobsController {
  constructor(private readonly jobs: JobService) {}

  @Documented(documents.job)
  @Get(':id')
  async find(@Param('id') id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const job = await this.jobs.find(id, callerOf(request));
    response.setHeader('content-type', 'application/json').setHeader('cache-control', 'no-store').end(job);
    cutWhenStalled(response);
  }
}
