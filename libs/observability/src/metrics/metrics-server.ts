import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { type Config, CONFIG } from '#config';
import { MetricRegistry } from './metric-registry.js';
import { metricsContentType } from './metrics.controller.js';

/** `/metrics` on a port of its own, which is not published: there a scraper needs no key. */
@Injectable()
export class MetricsServer implements OnApplicationBootstrap, OnApplicationShutdown {
  private server: Server | undefined;

  constructor(
    private readonly registry: MetricRegistry,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Rejects when the port is taken. */
  async onApplicationBootstrap(): Promise<void> {
    const { port } = this.config.metrics;
    if (port === undefined) return;
    this.server = createServer((request, response) => void this.answer(request, response));
    this.server.listen(port, '0.0.0.0');
    await once(this.server, 'listening');
  }

  onApplicationShutdown(): void {
    this.server?.close();
    this.server?.closeAllConnections();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'GET' || request.url?.split('?', 1)[0] !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    const text = await this.registry.text();
    response.writeHead(200, { 'content-type': metricsContentType, 'cache-control': 'no-store' }).end(text);
  }
}
