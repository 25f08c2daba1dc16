import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { type Config, CONFIG } from '#config';
import { WorkerHeartbeatRepository } from '#persistence';
import { repeat, type Repetition } from '../repeat.js';
import { WorkerIdentity } from '../run/worker-identity.js';
import { DatabaseGate } from './database-gate.js';
import { WorkerMetrics } from './worker-metrics.js';

const beatEveryMs = 15_000;

/** Tells the database that this worker lives, and learns early when the database does not. */
@Injectable()
export class WorkerHeartbeat implements OnApplicationBootstrap, OnApplicationShutdown {
  private beating: Repetition | undefined;

  constructor(
    private readonly heartbeats: WorkerHeartbeatRepository,
    private readonly identity: WorkerIdentity,
    private readonly gate: DatabaseGate,
    private readonly metrics: WorkerMetrics,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    this.beating = repeat(beatEveryMs, () => this.beat(), 0);
  }

  onApplicationShutdown(): void {
    void this.beating?.stop();
  }

  private async beat(): Promise<void> {
    try {
      await this.heartbeats.beat(this.identity.name, this.config.version);
      this.metrics.beat();
    } catch (error) {
      this.gate.close(error);
    }
  }
}
