// First, for what it does to DEBUG before other packages read it.
import { releaseStartupMemory, shutdownSignals, startProcess } from '#observability';
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Logger } from 'nestjs-pino';
import { AppModule } from './app.module.js';
import { EdgeAdapter } from './edge/edge.adapter.js';
import { exposedHeaders } from './edge/exposed-headers.js';
import { RequestContextMiddleware } from './edge/request-context.middleware.js';
import { securityHeaders } from './edge/security-headers.js';
import { answerUnreadable } from './edge/unreadable-request.js';
import { serveOpenapi } from './openapi/serve-openapi.js';

/** Above any balancer's idle timeout: who closes first must be the balancer, or it hits a closing connection and answers 502. */
const keepAliveTimeoutMs = 620_000;

await startProcess('api', async (config, logger) => {
  const module = await AppModule.forRoot(config, logger);
  const app = await NestFactory.create<NestExpressApplication>(module, new EdgeAdapter(), {
    bodyParser: false,
    bufferLogs: true,
    abortOnError: false,
  });
  app.useLogger(app.get(Logger));
  app.set('trust proxy', config.trustProxyHops);
  app.set('etag', false);
  app.disable('x-powered-by');
  app.use(securityHeaders);
  if (config.corsOrigins.length > 0) {
    app.enableCors({ origin: [...config.corsOrigins], exposedHeaders: [...exposedHeaders] });
  }
  serveOpenapi(app, config.version);
  // Not by a module's `configure`, which matches a pattern for each request.
  const requestContext = app.get(RequestContextMiddleware);
  app.use(requestContext.use.bind(requestContext));
  app.enableShutdownHooks(shutdownSignals(config), { useProcessExit: true });
  const server = app.getHttpServer();
  server.keepAliveTimeout = keepAliveTimeoutMs;
  server.on('clientError', answerUnreadable(logger));
  await app.init();
  await releaseStartupMemory();
  await app.listen(config.port, '0.0.0.0');
  logger.info({ metadata: { port: config.port } }, 'api is ready');
  return app;
});
