import { Inject, Injectable, ServiceUnavailableException } from '@nestjs/common';
import { type HealthCheckResult, HealthCheckService, type HealthIndicatorResult } from '@nestjs/terminus';
import type { Response } from 'express';
import { type Config, CONFIG } from '#config';
import { HealthRegistry } from './health-registry.js';
import { requestContext } from './request-context.js';

/** Runs the checks and writes what an on-call reads: Terminus' report with when, which request, which version and what helps. */
@Injectable()
export class HealthReport {
  constructor(
    private readonly checks: HealthCheckService,
    private readonly registry: HealthRegistry,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** 200 for `ok` and `degraded`, 503 with the failing parts under `error` else. */
  async write(response: Response): Promise<void> {
    const result = await this.result();
    const healthy = result.status === 'ok' || result.status === 'degraded';
    const report = {
      status: result.status,
      timestamp: new Date().toISOString(),
      correlationId: requestContext.getStore()?.correlationId,
      version: this.config.version,
      problems: problemsIn(result.details),
      info: result.info,
      error: result.error,
      details: result.details,
    };
    // Machines ask `live` and `ready`; who asks here reads it in a terminal.
    response
      .status(healthy ? 200 : 503)
      .type('application/json')
      .send(`${JSON.stringify(report, undefined, 2)}\n`);
  }

  /** Every part that is not up names the section of the runbook that helps. */
  async result(): Promise<HealthCheckResult> {
    const { status, info, error, details } = await this.checks
      .check(this.registry.all())
      .catch((failure: unknown) => failedResult(failure));
    return {
      status,
      ...(info && { info: this.withRunbooks(info) }),
      ...(error && { error: this.withRunbooks(error) }),
      details: this.withRunbooks(details),
    };
  }

  private withRunbooks(parts: Partial<HealthIndicatorResult>): HealthIndicatorResult {
    return Object.fromEntries(
      Object.entries(parts).flatMap(([name, part]) => {
        if (part === undefined) return [];
        return [[name, part.status === 'up' ? part : { runbook: this.registry.runbookOf(name), ...part }]];
      }),
    );
  }
}

/** What is wrong and what helps, the worst first: the part of the report that a tired person reads. */
function problemsIn(details: HealthIndicatorResult): Record<string, unknown>[] {
  return Object.entries(details)
    .filter(([, { status }]) => status !== 'up')
    .toSorted(([, one], [, other]) => Number(other.status === 'down') - Number(one.status === 'down'))
    .map(([part, { status, message, runbook }]) => ({ part, status, message, runbook }));
}

/** Terminus throws its report when a part is down. */
function failedResult(failure: unknown): HealthCheckResult {
  if (failure instanceof ServiceUnavailableException) return failure.getResponse() as HealthCheckResult;
  throw failure;
}
