import { Inject, Injectable } from '@nestjs/common';
import { type DestinationStream, type Logger, symbols } from 'pino';
import { timestamp } from './logger.js';
import { LOGGER } from './logger.module.js';

/**
 * The one line of a request that went well, as the logger would write it, but put together in one piece: the logger's general way
 * takes another 4 µs, 3 % of a plain request's CPU. All other lines go the general way.
 */
@Injectable()
export class RequestLog {
  private readonly destination: DestinationStream;
  private readonly beginning: string;

  constructor(@Inject(LOGGER) private readonly logger: Logger) {
    this.destination = (logger as unknown as Record<symbol, DestinationStream>)[symbols.streamSym] as DestinationStream;
    this.beginning = `,${JSON.stringify(logger.bindings()).slice(1, -1)},"correlationId":`;
  }

  info(correlationId: string, metadata: object, message: string): void {
    if (!this.logger.isLevelEnabled('info')) return;
    const content = `${JSON.stringify(correlationId)},"metadata":${JSON.stringify(metadata)}`;
    this.destination.write(
      `{"level":"info"${timestamp()}${this.beginning}${content},"message":${JSON.stringify(message)}}\n`,
    );
  }
}
