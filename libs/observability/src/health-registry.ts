import { Injectable } from '@nestjs/common';
import type { HealthIndicatorFunction } from '@nestjs/terminus';
import { runbook, type RunbookSection } from './runbook.js';

/** What `/health` looks at. Each module adds its own parts when it starts, so that a process reports what it really has. */
@Injectable()
export class HealthRegistry {
  private readonly indicators: HealthIndicatorFunction[] = [];
  private readonly runbooks = new Map<string, string>();

  /**
   * @param part as the indicator calls it
   * @param section what helps when the part is not up; an indicator that knows better says `runbook` itself
   */
  add(part: string, section: RunbookSection, indicator: HealthIndicatorFunction): void {
    this.indicators.push(indicator);
    this.runbooks.set(part, runbook(section));
  }

  all(): HealthIndicatorFunction[] {
    return [...this.indicators];
  }

  runbookOf(part: string): string | undefined {
    return this.runbooks.get(part);
  }
}
