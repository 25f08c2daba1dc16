import { pino, type DestinationStream, type Logger } from 'pino';
import type { Config } from '#config';
import { describeError } from './describe-error.js';
import { prettyStream } from './pretty-line.js';
import { requestContext } from './request-context.js';

export type ServiceName = 'api' | 'worker';

/**
 * The process's one logger: a JSON object a line with `timestamp`, `level`, `correlationId`, `message`, `service`, `version`,
 * `environment` and `metadata`. Written asynchronously, flushed on exit. A developer's terminal gets it readable.
 */
export function createLogger(config: Config, service: ServiceName, destination?: DestinationStream): Logger {
  return pino(
    {
      level: config.logLevel,
      messageKey: 'message',
      errorKey: 'error',
      base: { service, version: config.version, environment: config.deploymentEnvironment },
      timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
      formatters: { level: (level) => ({ level }) },
      serializers: { error: describeError, err: describeError },
      mixin: () => {
        const context = requestContext.getStore();
        return context === undefined ? {} : { correlationId: context.correlationId };
      },
      // A second fence: nothing of ours logs headers or bodies, and what a library logs of them is cut here.
      redact: {
        paths: [
          '*.authorization',
          '*["x-api-key"]',
          '*["api-key"]',
          '*.headers.authorization',
          '*.headers["x-api-key"]',
          '*.headers["api-key"]',
        ],
        censor: '[secret]',
      },
    },
    destination ?? defaultDestination(config),
  );
}

function defaultDestination(config: Config): DestinationStream {
  if (config.environment === 'development' && process.stdout.isTTY) return prettyStream();
  return pino.destination({ fd: 1, sync: false, minLength: 4096, periodicFlush: 250 });
}
