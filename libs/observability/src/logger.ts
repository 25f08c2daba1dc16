import { pino, type DestinationStream, type Logger } from 'pino';
import type { Config } from '#config';
import { describeError } from './describe-error.js';
import { LogDestination } from './log-destination.js';
import { prettyStream } from './pretty-line.js';
import { requestContext } from './request-context.js';

export type ServiceName = 'api' | 'worker';

/**
 * The process's one logger: a JSON object a line with `timestamp`, `level`, `correlationId`, `message`, `service`, `version`,
 * `environment` and `metadata`. Written asynchronously, flushed on exit. A developer's terminal gets it readable.
 * Headers and bodies are never handed to it, which a test of all processes proves; redaction by path would clone every line.
 */
export function createLogger(config: Config, service: ServiceName, destination?: DestinationStream): Logger {
  const logger: Logger = pino(
    {
      level: config.logLevel,
      messageKey: 'message',
      errorKey: 'error',
      base: { service, version: config.version, environment: config.deploymentEnvironment },
      timestamp,
      formatters: { level: (level) => ({ level }) },
      serializers: { error: describeError, err: describeError },
      mixin: () => {
        const context = requestContext.getStore();
        return context === undefined ? {} : { correlationId: context.correlationId };
      },
    },
    destination ??
      defaultDestination(config, (lines) => logger.warn({ metadata: { lines } }, 'log lines were dropped')),
  );
  return logger;
}

let lastSecond = -1;
let beginning = '';

/** A member of a line. Lines of one second share its date: to have one made takes as long as to write half a line. */
export function timestamp(nowMs = Date.now()): string {
  const second = Math.floor(nowMs / 1000);
  if (second !== lastSecond) {
    lastSecond = second;
    beginning = `,"timestamp":"${new Date(nowMs).toISOString().slice(0, -'000Z'.length)}`;
  }
  return `${beginning}${String(nowMs - second * 1000).padStart(3, '0')}Z"`;
}

function defaultDestination(config: Config, onDropped: (lines: number) => void): DestinationStream {
  if (config.environment === 'development' && process.stdout.isTTY) return prettyStream();
  return new LogDestination(1, onDropped);
}
