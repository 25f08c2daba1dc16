import { join } from 'node:path';
import { BenchProcess } from './bench-process.js';
import type { LoadJob, LoadResult } from './load-job.js';

/** The load generator's process, from outside. Jobs may run side by side. */
export class LoadGenerator {
  private readonly waiting = new Map<number, (result: LoadResult) => void>();
  private nextId = 1;

  private constructor(private readonly process: BenchProcess) {
    process.child.on('message', (message) => {
      const result = message as LoadResult;
      this.waiting.get(result.id)?.(result);
      this.waiting.delete(result.id);
    });
  }

  static async start(core: string | undefined, logFile: string): Promise<LoadGenerator> {
    const args = [join(import.meta.dirname, 'load.js')];
    const load = BenchProcess.start({ name: 'load', args, core, logFile, speaks: true });
    await load.says();
    return new LoadGenerator(load);
  }

  async run(job: Omit<LoadJob, 'id'>): Promise<LoadResult> {
    const id = this.nextId;
    this.nextId += 1;
    const { promise, resolve } = Promise.withResolvers<LoadResult>();
    this.waiting.set(id, resolve);
    this.process.child.send({ ...job, id });
    return promise;
  }

  async stop(): Promise<void> {
    await this.process.stop();
  }
}
