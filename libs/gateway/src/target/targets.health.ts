import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { HealthRegistry, runbook } from '#observability';
import { RouteTable } from '../routing/route-table.js';
import { type TargetReport, TargetStates } from './target-states.js';

/** What a target has answered last if it is the operator's business; a refusal of a client's request is not. */
const lasting: ReadonlySet<string> = new Set(['upstream_rejected_credentials', 'billing']);
const passing: ReadonlySet<string> = new Set([
  'upstream_failed',
  'upstream_unreachable',
  'upstream_timeout',
  'upstream_invalid_answer',
  'overloaded',
  'rate_limited',
]);

/** Without a call since, a failure says ever less of now. A wrong key does not get right by waiting. */
const passingMs = 5 * 60_000;

/**
 * Every upstream with its breaker and what it did last. Nothing is sent for it: an upstream is as healthy as its last calls.
 * Degraded while one is failing; down only while all are spared, because then nobody is served.
 */
@Injectable()
export class TargetsHealth {
  constructor(
    private readonly health: HealthIndicatorService,
    private readonly table: RouteTable,
    private readonly states: TargetStates,
    registry: HealthRegistry,
  ) {
    registry.add('upstreams', 'upstream-failing', async () => this.check());
  }

  check() {
    const session = this.health.check('upstreams');
    const startedAt = performance.now();
    const reports = this.reports();
    const failing = reports.filter(isFailing);
    const data = {
      targets: reports.map(partOf),
      message: failing.length === 0 ? `${reports.length} configured` : failing.map(complaint).join('; '),
      responseTime: Math.round(performance.now() - startedAt),
    };
    if (reports.length > 0 && reports.every(({ breaker }) => breaker === 'open')) return session.down(data);
    return failing.length > 0 ? session.degraded(data) : session.up(data);
  }

  /** Those that are configured now, in that order, also before their first call. */
  private reports(): TargetReport[] {
    const names = this.table.routing.targets.map((config) => this.states.of(config).name);
    const reports = new Map(this.states.report().map((report) => [report.name, report]));
    return names.flatMap((name) => reports.get(name) ?? []);
  }
}

function isFailing({ breaker, lastFailure, lastSuccessAt }: TargetReport): boolean {
  if (breaker !== 'closed') return true;
  if (lastFailure === undefined || (lastSuccessAt !== undefined && lastSuccessAt > lastFailure.at)) return false;
  if (lasting.has(lastFailure.code)) return true;
  return passing.has(lastFailure.code) && Date.now() - lastFailure.at.getTime() < passingMs;
}

function partOf(report: TargetReport): Record<string, unknown> {
  const { name, breaker, inUse, queued, lastSuccessAt, lastFailure } = report;
  return {
    name,
    status: breaker === 'open' ? 'down' : isFailing(report) ? 'degraded' : 'up',
    breaker,
    callsInFlight: inUse,
    callsQueued: queued,
    lastSuccessAt: lastSuccessAt?.toISOString() ?? null,
    lastFailure: lastFailure === undefined ? null : { at: lastFailure.at.toISOString(), code: lastFailure.code },
    ...(isFailing(report) && { runbook: runbook('upstream-failing') }),
  };
}

function complaint({ name, breaker, lastFailure }: TargetReport): string {
  return `${name}: ${lastFailure?.code ?? 'failing'}${breaker === 'closed' ? '' : `, breaker ${breaker}`}`;
}
