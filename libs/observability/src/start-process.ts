import { existsSync } from 'node:fs';
import type { INestApplicationContext } from '@nestjs/common';
import type { Logger } from 'pino';
import { type Config, ConfigurationError, loadConfig } from '#config';
import { EventLoopHealth } from './event-loop.health.js';
import { createLogger, type ServiceName } from './logger.js';

/**
 * The frame of every process: environment (and `.env`, which it overrides), configuration, logger, start. What keeps it from
 * starting is said on standard error in words for a person, with exit code 1.
 */
export async function startProcess(
  service: ServiceName,
  start: (config: Config, logger: Logger) => Promise<INestApplicationContext>,
): Promise<void> {
  try {
    if (existsSync('.env')) process.loadEnvFile('.env');
    const config = loadConfig(process.env, service);
    const logger = createLogger(config, service);
    logCrashes(logger);
    const app = await start(config, logger);
    app.get(EventLoopHealth).watch();
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exit(1);
  }
}

/** A process in an unknown state serves nobody: it says why, and its supervisor starts another. */
function logCrashes(logger: Logger): void {
  process.on('uncaughtException', (error) => {
    logger.fatal({ error }, 'uncaught exception');
    process.exitCode = 1;
    setTimeout(() => logger.flush(() => process.exit(1)), 100);
  });
}

function explain(error: unknown): string {
  if (error instanceof ConfigurationError) return error.message;
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE' && 'port' in error) {
    return `Port ${String(error.port)} is taken: stop what listens there, or choose another with PORT or METRICS_PORT (API) or WORKER_PORT (worker).`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
