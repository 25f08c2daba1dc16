import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { Inject, Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { type Config, CONFIG } from '#config';
import { HealthRegistry } from './health-registry.js';

const megabyte = 1024 * 1024;

/** Resident memory against the container's limit. */
@Injectable()
export class MemoryHealth {
  private readonly limitBytes: number;

  constructor(
    private readonly health: HealthIndicatorService,
    registry: HealthRegistry,
    @Inject(CONFIG) config: Config,
  ) {
    registry.add(() => this.check());
    this.limitBytes = config.healthMemoryLimitBytes || Math.floor(containerMemoryBytes() * 0.9);
  }

  check() {
    return this.health.check('memory').attempt(() => {
      const { rss, heapUsed } = process.memoryUsage();
      const data = { rssMb: toMb(rss), heapUsedMb: toMb(heapUsed), limitMb: toMb(this.limitBytes) };
      if (rss > this.limitBytes) throw new MemoryExceeded(`${data.rssMb} MB in use, over the limit of ${data.limitMb} MB`);
      return { ...data, message: `${data.rssMb} MB of ${data.limitMb} MB in use` };
    });
  }
}

class MemoryExceeded extends Error {
  override readonly name = 'MemoryExceeded';
}

function toMb(bytes: number): number {
  return Math.round(bytes / megabyte);
}

/** cgroup v2's limit where there is one, as in ECS and Kubernetes, else the machine's memory. */
function containerMemoryBytes(): number {
  try {
    const limit = readFileSync('/sys/fs/cgroup/memory.max', 'utf8').trim();
    if (limit !== 'max') return Number(limit);
  } catch {
    // Not Linux, or cgroup v1: the machine's memory is the best guess.
  }
  return totalmem();
}
