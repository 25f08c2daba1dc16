import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { UsageReports } from '#gateway';
import { callerOf } from '../edge/caller-of.js';
import { Documented } from '../openapi/documented.decorator.js';
import { documents } from '../openapi/documents.js';
import { UsageQuery, UsageQueryPipe } from './usage-query.js';
import { UsageTable } from './usage-table.js';

/** What the caller's own keys have used and what it cost, as JSON or for a spreadsheet. */
@Controller('api/usage')
export class UsageController {
  constructor(private readonly reports: UsageReports) {}

  @Documented(documents.usage)
  @Get()
  async report(
    @Query(new UsageQueryPipe()) query: UsageQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const question = query.question(new Date());
    const table = new UsageTable(await this.reports.of(callerOf(request), question), question.groups);
    response.setHeader('cache-control', 'no-store').setHeader('vary', 'accept');
    const [from, to] = [question.from.toISOString(), question.to.toISOString()];
    if ((query.format ?? request.accepts(['json', 'csv'])) === 'csv') {
      response
        .attachment(`usage-${from.slice(0, 10)}-${to.slice(0, 10)}.csv`)
        .setHeader('content-type', 'text/csv; charset=utf-8')
        .end(table.csv());
      return;
    }
    response.json({ from, to, group_by: question.groups, rows: table.objects() });
  }
}
