import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type Config, CONFIG } from '#config';

const sweepMs = 250;

/**
 * Between SIGTERM and the end: open answers finish, connections that fall idle are closed at once, and what is still open at
 * the deadline is cut.
 */
@Injectable()
export class Drain implements BeforeApplicationShutdown, OnApplicationShutdown {
  private sweep: NodeJS.Timeout | undefined;

  constructor(
    private readonly host: HttpAdapterHost,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async beforeApplicationShutdown(): Promise<void> {
    if (this.config.shutdownDelayMs > 0) await sleep(this.config.shutdownDelayMs);
    const server = this.host.httpAdapter.getHttpServer() as Server;
    const deadlineMs = performance.now() + this.config.shutdownDeadlineMs;
    this.sweep = setInterval(() => {
      if (performance.now() < deadlineMs) server.closeIdleConnections();
      else server.closeAllConnections();
    }, sweepMs);
  }

  onApplicationShutdown(): void {
    clearInterval(this.sweep);
  }
}
