import { Injectable } from '@nestjs/common';
import type { HealthIndicatorFunction } from '@nestjs/terminus';

/** What `/health` looks at. Each module adds its own parts when it starts, so that a process reports what it really has. */
@Injectable()
export class HealthRegistry {
  private readonly indicators: HealthIndicatorFunction[] = [];

  add(indicator: HealthIndicatorFunction): void {
    this.indicators.push(indicator);
  }

  all(): HealthIndicatorFunction[] {
    return [...this.indicators];
  }
}
