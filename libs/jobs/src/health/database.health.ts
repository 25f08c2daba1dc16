import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { HealthRegistry } from '#observability';
import { DatabaseProbe } from '#persistence';

const timeoutMs = 2000;

/** Anyone may ask for the health: however often, the database is asked once in that time. */
const cacheMs = 1000;

/** Whether the database answers, takes the key and has the migrations. */
@Injectable()
export class DatabaseHealth {
  constructor(
    private readonly health: HealthIndicatorService,
    private readonly probe: DatabaseProbe,
    registry: HealthRegistry,
  ) {
    registry.add('database', 'database-away', () => this.check());
  }

  check() {
    return this.health
      .check('database')
      .attempt(async ({ signal }) => {
        await this.probe.ping(signal);
        return { message: 'the database answers' };
      })
      .withTimeout(timeoutMs)
      .cacheFor(cacheMs);
  }
}
