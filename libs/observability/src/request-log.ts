import { Inject, Injectable } from '@nestjs/common';
import { type DestinationStream, type Logger, symbols } from 'pino';
import { timestamp } from './logger.js';
import { LOGGER } from './logger.module.js';

/**
 * The one line of a request that went well, as the logger would write it, but put together in one piece: the logger's
 * general way takes twice as long. All other lines go that way.
 */
@Injectable()
export class RequestLog {
  private readonly destination: DestinationStream;
  private readonly bindings: string;

  constructor(@Inject(LOGGER) private readonly logger: Logger) {
    this.destination = (logger as unknown as Record<symbol, DestinationStream>)[symbols.streamSym] as DestinationStream;
    this.bindings = JSON.stringify(logger.bindings()).slice(1, -1);
  }

  /** @param endedAt when the answer ended, in milliseconds since 1970 */
  info(endedAt: number, correlationId: string, metadata: object, message: string): void {
    if (!this.logger.isLevelEnabled('info')) return;
    let line: string;
    try {
      line = this.line(endedAt, correlationId, metadata, message);
    } catch {
      // What JSON cannot say the logger tells in another way.
      this.logger.info({ correlationId, metadata }, message);
      return;
    }
    this.destination.write(line);
  }

  private line(endedAt: number, correlationId: string, metadata: object, message: string): string {
    const beginning = `{"level":"info"${timestamp(endedAt)},${this.bindings},"correlationId":${JSON.stringify(correlationId)}`;
    return `${beginning},"metadata":${JSON.stringify(metadata)},"message":${JSON.stringify(message)}}\n`;
  }
}
