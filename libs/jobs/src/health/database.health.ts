import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { HealthRegistry } from '#observability';
import { DatabaseProbe } from '#persistence';
import { reasonOf } from './reason-of.js';

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
      .attempt(async () => {
        const timeout = AbortSignal.timeout(timeoutMs);
        try {
          await this.probe.ping(timeout);
        } catch (error) {
          const reason = timeout.aborted ? 'no answer in time' : reasonOf(error);
          throw new Error(`the database cannot be reached or used: ${reason}`, { cause: error });
        }
        return { message: 'the database answers' };
      })
      .cacheFor(cacheMs);
  }
}
