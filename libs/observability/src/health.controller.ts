import { Controller, Get, Res } from '@nestjs/common';
import type { Response } from 'express';
import { HealthReport } from './health-report.js';
import { Public } from './public.decorator.js';
import { Readiness } from './readiness.js';

/** For people (`/health`) and for machines: `live` restarts a process, `ready` decides whether it is sent work. */
@Public()
@Controller('health')
export class HealthController {
  constructor(
    private readonly report: HealthReport,
    private readonly readiness: Readiness,
  ) {}

  @Get()
  async check(@Res() response: Response): Promise<void> {
    await this.report.write(response);
  }

  /** The process runs and its event loop turns; nothing else, so that no outage elsewhere restarts it. */
  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** An outage of a database or an upstream does not make a replica unready: it would take every replica out at once. */
  @Get('ready')
  ready(@Res() response: Response): void {
    const { ready } = this.readiness;
    response.status(ready ? 200 : 503).json({ status: ready ? 'ok' : 'shutting_down' });
  }
}
