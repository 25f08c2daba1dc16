import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { Inject, Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { type Config, CONFIG } from '#config';
import { HealthRegistry } from './health-registry.js';

const megabyte = 1024 * 1024;

/** Of the limit: time to look before it is reached. */
const degradedShare = 0.9;

/** Resident memory against the container's limit. */
@Injectable()
export class MemoryHealth {
  readonly limitBytes: number;

  constructor(
    private readonly health: HealthIndicatorService,
    registry: HealthRegistry,
    @Inject(CONFIG) config: Config,
  ) {
    registry.add('memory', 'memory-pressure', async () => this.check());
    this.limitBytes = config.healthMemoryLimitBytes || Math.floor(containerMemoryBytes() * 0.9);
  }

  check() {
    const startedAt = performance.now();
    const { rss, heapUsed } = process.memoryUsage();
    const [rssMb, limitMb] = [toMb(rss), toMb(this.limitBytes)];
    const session = this.health.check('memory');
    const data = {
      rssMb,
      heapUsedMb: toMb(heapUsed),
      limitMb,
      message: `${rssMb} MB of ${limitMb} MB in use`,
      responseTime: Math.round(performance.now() - startedAt),
    };
    if (rss > this.limitBytes)
      return session.down({ ...data, message: `${rssMb} MB in use, over the limit of ${limitMb} MB` });
    return rss > this.limitBytes * degradedShare ? session.degraded(data) : session.up(data);
  }
}

function toMb(bytes: number): number {
  return Math.round(bytes / megabyte);
}

/** cgroup v2's limit where there is one, as in Docker and Kubernetes, else the machine's memory. On Fargate HEALTH_MEMORY_LIMIT_MB says it. */
function containerMemoryBytes(): number {
  try {
    const limit = readFileSync('/sys/fs/cgroup/memory.max', 'utf8').trim();
    if (limit !== 'max') return Number(limit);
  } catch {
    // Not Linux, or cgroup v1: the machine's memory is the best guess.
  }
  return totalmem();
}
