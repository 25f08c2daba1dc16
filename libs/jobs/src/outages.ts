import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '#observability';

const minDelayMs = 250;
const maxDelayMs = 5000;

/** Whether something that this process needs is there: said when it changes, not each time it is found out. */
export class Outage {
  private sinceMs: number | undefined;

  constructor(
    /** As in "the queue". */
    private readonly what: string,
    private readonly logger: Logger,
  ) {}

  get lasting(): boolean {
    return this.sinceMs !== undefined;
  }

  begins(error: unknown): void {
    if (this.sinceMs !== undefined) return;
    this.sinceMs = performance.now();
    this.logger.error({ error }, `${this.what} is not available`);
  }

  ends(): void {
    if (this.sinceMs === undefined) return;
    const lastedMs = Math.round(performance.now() - this.sinceMs);
    this.sinceMs = undefined;
    this.logger.info({ metadata: { lastedMs } }, `${this.what} is available again`);
  }

  /** How long to wait before it is tried again: about as long as it has lasted, which doubles the wait each time. */
  get retryDelayMs(): number {
    const lastedMs = this.sinceMs === undefined ? 0 : performance.now() - this.sinceMs;
    return Math.min(Math.max(lastedMs, minDelayMs), maxDelayMs) * (0.5 + Math.random() / 2);
  }
}

/** What durable work needs of two systems, as all parts of the process have found it. */
@Injectable()
export class Outages {
  /** For all but receiving. */
  readonly queue: Outage;
  /** Of its own: what may be sent to and looked at need not let anyone receive, and its being there would end each pause early. */
  readonly receiving: Outage;
  readonly database: Outage;

  constructor(@Inject(LOGGER) logger: Logger) {
    this.queue = new Outage('the queue', logger);
    this.receiving = new Outage('receiving from the queue', logger);
    this.database = new Outage('the database', logger);
  }
}
