import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BenchProcess } from './bench-process.js';
import { type Cores, findCores } from './cores.js';
import { LoadGenerator } from './load-generator.js';

/** A process that answers, and where. */
export interface Server {
  readonly process: BenchProcess;
  readonly port: number;
}

/** What every measurement needs: a folder, the cores, a load generator, and whatever is started for it. */
export class Stage {
  private readonly started: BenchProcess[] = [];
  private cloud: Promise<Record<string, string>> | undefined;

  private constructor(
    readonly dataDir: string,
    readonly cores: Cores,
    readonly load: LoadGenerator,
  ) {}

  static async open(): Promise<Stage> {
    const dataDir = mkdtempSync(join(tmpdir(), 'claude-proxy-bench-'));
    const cores = findCores();
    return new Stage(dataDir, cores, await LoadGenerator.start(cores.others, join(dataDir, 'load.log')));
  }

  /** SQS and Supabase, once; what a process must know of them. */
  async cloudEnv(): Promise<Record<string, string>> {
    this.cloud ??= this.startProcess('cloud', ['cloud.js'], this.cores.others).says();
    return this.cloud;
  }

  async instantUpstream(deltas = 100): Promise<Server> {
    return this.start('upstream', ['upstream.js', String(deltas)], this.cores.others);
  }

  async pacedUpstream(deltas: number, intervalMs: number): Promise<Server> {
    return this.start('paced upstream', ['upstream.js', String(deltas), String(intervalMs)], this.cores.others);
  }

  async bareProxy(upstreamPort: number): Promise<Server> {
    return this.start('bare proxy', ['bare-proxy.js', String(upstreamPort)], this.cores.measured);
  }

  /** Stops with the stage. */
  keep(process: BenchProcess): void {
    this.started.push(process);
  }

  async close(): Promise<void> {
    await Promise.all(this.started.toReversed().map((process) => process.stop()));
    await this.load.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  private async start(name: string, args: readonly string[], core: string | undefined): Promise<Server> {
    const process = this.startProcess(name, args, core);
    return { process, port: (await process.says<{ port: number }>()).port };
  }

  private startProcess(name: string, [file = '', ...args]: readonly string[], core: string | undefined): BenchProcess {
    const process = BenchProcess.start({
      name,
      args: [join(import.meta.dirname, file), ...args],
      core,
      logFile: join(this.dataDir, `${name.replaceAll(' ', '-')}.log`),
      speaks: true,
    });
    this.keep(process);
    return process;
  }
}
