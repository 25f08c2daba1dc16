// First, for what it does to DEBUG before other packages read it.
import { releaseStartupMemory, shutdownSignals, startProcess } from '#observability';
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import helmet from 'helmet';
import { Logger } from 'nestjs-pino';
import { WorkerModule } from './worker.module.js';

await startProcess('worker', async (config, logger) => {
  const { durable } = config;
  if (durable === undefined) throw new Error('the worker needs a database and a queue');
  const app = await NestFactory.create<NestExpressApplication>(WorkerModule.forRoot(config, durable, logger), {
    bodyParser: false,
    bufferLogs: true,
    abortOnError: false,
  });
  app.useLogger(app.get(Logger));
  app.disable('x-powered-by');
  app.use(helmet());
  app.enableShutdownHooks(shutdownSignals(config), { useProcessExit: true });
  await app.init();
  await releaseStartupMemory();
  await app.listen(config.workerPort, '0.0.0.0');
  logger.info({ metadata: { port: config.workerPort, concurrency: durable.concurrency } }, 'worker is ready');
  return app;
});
