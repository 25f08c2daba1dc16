import { Inject, Injectable, ServiceUnavailableException } from '@nestjs/common';
import { type HealthCheckResult, HealthCheckService } from '@nestjs/terminus';
import type { Response } from 'express';
import { type Config, CONFIG } from '#config';
import { HealthRegistry } from './health-registry.js';
import { requestContext } from './request-context.js';

/** Runs the checks and writes what an on-call reads: Terminus' report with when, which request and which version. */
@Injectable()
export class HealthReport {
  constructor(
    private readonly checks: HealthCheckService,
    private readonly registry: HealthRegistry,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** 200 for `ok` and `degraded`, 503 with the failing parts under `error` else. */
  async write(response: Response): Promise<void> {
    const result = await this.checks.check(this.registry.all()).catch((failure: unknown) => failedResult(failure));
    const healthy = result.status === 'ok' || result.status === 'degraded';
    response.status(healthy ? 200 : 503).json({
      status: result.status,
      timestamp: new Date().toISOString(),
      correlationId: requestContext.getStore()?.correlationId,
      version: this.config.version,
      info: result.info,
      error: result.error,
      details: result.details,
    });
  }
}

/** Terminus throws its report when a part is down. */
function failedResult(failure: unknown): HealthCheckResult {
  if (failure instanceof ServiceUnavailableException) return failure.getResponse() as HealthCheckResult;
  throw failure;
}
