import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { ProgramOutput } from './program-output.js';

export interface Program {
  readonly name: string;
  /** A compiled module. */
  readonly file: string;
  /** Polled until it answers 200; without one, the program says itself when it is ready. */
  readonly readyUrl?: string;
  /** How long it may take to end after SIGTERM. */
  readonly graceMs: number;
}

const readyTimeoutMs = 60_000;

/** One program in a process of its own. */
export class RunningProgram {
  readonly #child: ChildProcess;
  readonly #output: ProgramOutput;
  readonly #saidReady: Promise<unknown>;
  /** Resolves to how it ended: "exit code 1", "signal SIGKILL". */
  readonly ended: Promise<string>;

  constructor(
    private readonly program: Program,
    environment: Record<string, string>,
    logFile: string,
  ) {
    const preload = pathToFileURL(join(import.meta.dirname, 'die-with-parent.js')).href;
    // Detached: Ctrl-C in a terminal reaches the whole process group, and the order of stopping is the starter's business.
    this.#child = spawn(
      process.execPath,
      ['--enable-source-maps', '--disable-warning=ExperimentalWarning', '--import', preload, program.file],
      { env: environment, detached: true, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
    );
    this.#output = new ProgramOutput(program.name, logFile, program.readyUrl !== undefined);
    for (const stream of [this.#child.stdout, this.#child.stderr]) if (stream) this.#output.follow(stream);
    this.#saidReady = once(this.#child, 'message');
    this.ended = this.#end();
  }

  async #end(): Promise<string> {
    const how = await new Promise<string>((resolve) => {
      this.#child.once('error', (error) => resolve(error.message));
      this.#child.once('close', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
    });
    await this.#output.end();
    return how;
  }

  get name(): string {
    return this.program.name;
  }

  /** @throws Error if it ends first, or takes a minute. */
  async ready(): Promise<void> {
    const timeout = new AbortController();
    try {
      await Promise.race([
        this.program.readyUrl === undefined ? this.#saidReady : this.#answers(this.program.readyUrl, timeout.signal),
        this.ended.then((how) => Promise.reject(new Error(this.obituary(how)))),
        delay(readyTimeoutMs, undefined, { signal: timeout.signal }).then(() =>
          Promise.reject(new Error(`${this.name} is not ready after a minute. Its log: ${this.#output.path}`)),
        ),
      ]);
    } finally {
      timeout.abort();
    }
  }

  async #answers(url: string, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const response = await fetch(url, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
      await response?.body?.cancel();
      if (response?.ok === true) return;
      await delay(100);
    }
  }

  /** What to tell a person when it ended by itself. */
  obituary(how: string): string {
    const lines = this.#output.tail.map((line) => `    ${line}`);
    return [`${this.name} stopped (${how}). Its log: ${this.#output.path}`, ...lines].join('\n');
  }

  /** SIGTERM, and SIGKILL once its time is over. Resolves when it is gone. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.kill(), this.program.graceMs);
    await this.ended;
    clearTimeout(timer);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
