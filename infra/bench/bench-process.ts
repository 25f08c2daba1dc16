import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface BenchProgram {
  readonly name: string;
  /** What node is given: its own flags, the compiled module, its arguments. */
  readonly args: readonly string[];
  readonly core: string | undefined;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Takes its standard output and standard error. */
  readonly logFile: string;
  /** Whether it is the benchmark's own: says over its channel when it is ready, and ends with it. */
  readonly speaks: boolean;
}

/** On every Linux that Node runs on. */
const ticksPerSecond = 100;

/** One process of the benchmark, pinned where that is possible. */
export class BenchProcess {
  private constructor(
    readonly name: string,
    readonly child: ChildProcess,
    private readonly logFile: string,
  ) {}

  static start(program: BenchProgram): BenchProcess {
    // Programs of ours end with their channel; the others must not outlive a benchmark that was interrupted either.
    const preload = program.speaks ? [] : ['--import', join(import.meta.dirname, '../local/die-with-parent.js')];
    const command = [process.execPath, ...preload, ...program.args];
    const [file = '', ...args] = program.core === undefined ? command : ['taskset', '-c', program.core, ...command];
    const log = openSync(program.logFile, 'a');
    const child = spawn(file, args, {
      cwd: program.cwd,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...program.env },
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
    return new BenchProcess(program.name, child, program.logFile);
  }

  /** What it says over its channel when it is ready. Rejects when it ends instead. */
  async says<Message>(): Promise<Message> {
    const [message] = (await Promise.race([
      once(this.child, 'message'),
      once(this.child, 'exit').then(() => Promise.reject(new Error(this.obituary()))),
    ])) as [Message];
    return message;
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error(`${this.name} did not start`);
    return this.child.pid;
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  obituary(): string {
    return `${this.name} has ended. Its log says:\n${readFileSync(this.logFile, 'utf8').slice(-4000)}`;
  }

  /** Time that its threads have run so far, in nanoseconds where the kernel tells: a tick is 4 µs of each of 2,500 requests. */
  cpuMs(): number {
    return this.scheduledMs() || this.tickedMs();
  }

  /** 0 where the kernel does not keep it. */
  private scheduledMs(): number {
    const threads = `/proc/${this.pid}/task`;
    let nanoseconds = 0;
    for (const thread of readdirSync(threads)) {
      const file = `${threads}/${thread}/schedstat`;
      // A thread may end meanwhile.
      if (existsSync(file)) nanoseconds += Number(readFileSync(file, 'latin1').split(' ', 1)[0]);
    }
    return nanoseconds / 1e6;
  }

  private tickedMs(): number {
    const stat = readFileSync(`/proc/${this.pid}/stat`, 'latin1');
    // The command, in parentheses, may hold spaces. After it utime and stime are the 12th and the 13th.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond;
  }

  /** Resident memory. */
  rssMb(): number {
    const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.pid}/status`, 'latin1'))?.[1];
    return Number(kilobytes) / 1024;
  }

  async stop(): Promise<void> {
    if (!this.running) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 10_000);
    await exited;
    clearTimeout(timer);
  }
}
