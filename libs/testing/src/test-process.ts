import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename, join } from 'node:path';

const root = join(import.meta.dirname, '../../..');
/** The same from the sources, as tests run, and from `dist/` itself. */
const distDirectory = basename(root) === 'dist' ? root : join(root, 'dist');
/** Twice in a row (the cloud, then the product) is within the 90 s that a hook has. */
const startDeadlineMs = 40_000;
/** More than any process of a test is given to finish its work in (SHUTDOWN_DEADLINE_SECONDS is 25 unless a test says otherwise). */
const endDeadlineMs = 40_000;

/** A process of the product, run from `dist/` with nothing of this machine's environment but what a process needs. */
export class TestProcess {
  private readonly output: string[] = [];

  private constructor(
    private readonly child: ChildProcess,
    readonly name: string,
    readonly env: Readonly<Record<string, string>>,
  ) {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => this.output.push(text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => this.output.push(text));
  }

  /** @param entry path under `dist/`, for example `apps/api/src/main.js` */
  static spawn(entry: string, env: Readonly<Record<string, string>>): TestProcess {
    // Away from a developer's own .env, which the processes would read.
    return TestProcess.start(entry, [join(distDirectory, entry)], distDirectory, env);
  }

  /** The same of an installation elsewhere: `args` as Node is given them, in the directory `cwd`. */
  static start(name: string, args: readonly string[], cwd: string, env: Readonly<Record<string, string>>): TestProcess {
    const child = spawn(process.execPath, args, {
      cwd,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new TestProcess(child, name, env);
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error(`${this.name} did not start`);
    return this.child.pid;
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  get exitCode(): number | null {
    return this.child.exitCode;
  }

  /** All that it has written to standard output and standard error. */
  get text(): string {
    return this.output.join('');
  }

  /** Its log lines so far, parsed; other output is left out, and a line of which only the beginning has been read. */
  get logLines(): Record<string, unknown>[] {
    return this.text
      .split('\n')
      .slice(0, -1)
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Resolves once the URL answers with the status. Rejects with the process's output when it ends or takes too long. */
  async untilAnswers(url: string, status = 200): Promise<void> {
    const deadline = Date.now() + startDeadlineMs;
    for (;;) {
      const answered = await fetch(url, { signal: AbortSignal.timeout(5000) }).then(
        (response) => response.body?.cancel().then(() => response.status) ?? response.status,
        () => undefined,
      );
      // A process that has ended did not answer: another has its port.
      if (answered === status && this.running) return;
      if (!this.running || Date.now() > deadline) throw new Error(`${this.name} is not ready at ${url}:\n${this.text}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async untilSays(text: string): Promise<void> {
    const deadline = Date.now() + startDeadlineMs;
    while (!this.text.includes(text)) {
      if (!this.running || Date.now() > deadline) throw new Error(`${this.name} never said "${text}":\n${this.text}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Sends the signal and waits for the end. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.running) this.child.kill(signal);
    return this.exited();
  }

  /** Closes the reading ends of its output, as they are when whoever started it has died. */
  stopReading(): void {
    this.child.stdout?.destroy();
    this.child.stderr?.destroy();
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Waits for the end. Rejects with the process's output, and ends it, when that takes longer than any shutdown may. */
  async exited(): Promise<number | null> {
    if (!this.running) return this.child.exitCode;
    const ended = once(this.child, 'exit');
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.child.kill('SIGKILL');
    }, endDeadlineMs);
    await ended;
    clearTimeout(timer);
    if (late) throw new Error(`${this.name} did not end within ${endDeadlineMs / 1000} s:\n${this.text}`);
    return this.child.exitCode;
  }
}
