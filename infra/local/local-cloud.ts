import { join } from 'node:path';
import { styleText } from 'node:util';
import { type Program, RunningProgram } from './running-program.js';

/** Everything that runs. */
export class LocalCloud {
  readonly #running: RunningProgram[] = [];
  #stopped: Promise<void> | undefined;
  #break: (error: Error) => void = () => undefined;
  /** Rejects when a program ends that nobody has stopped. */
  readonly broken: Promise<never>;

  constructor(
    private readonly dataDir: string,
    private readonly environment: Record<string, string>,
    private readonly say: (text: string) => void,
  ) {
    this.broken = new Promise((_resolve, reject) => {
      this.#break = reject;
    });
    this.broken.catch(() => undefined);
  }

  /** Starts some side by side and waits until all are ready. */
  async start(programs: readonly Program[]): Promise<void> {
    await Promise.all(programs.map((program) => this.#startOne(program)));
  }

  async #startOne(program: Program): Promise<void> {
    if (this.#stopped !== undefined) throw new Error('stopped while starting');
    const running = new RunningProgram(program, this.environment, join(this.dataDir, 'logs', `${program.name}.log`));
    this.#running.push(running);
    void this.#watch(running);
    await running.ready();
    this.say(`  ${styleText('green', '✓')} ${program.name}`);
  }

  async #watch(running: RunningProgram): Promise<void> {
    const how = await running.ended;
    if (this.#stopped === undefined) this.#break(new Error(running.obituary(how)));
  }

  /** The worker first, then the API, then what both need. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stopAll();
    return this.#stopped;
  }

  async #stopAll(): Promise<void> {
    const apps = ['worker', 'api'].flatMap((name) => this.#running.filter((running) => running.name === name));
    for (const app of apps) await app.stop();
    await Promise.all(this.#running.filter((running) => !apps.includes(running)).map((server) => server.stop()));
  }

  kill(): void {
    for (const running of this.#running) running.kill();
  }
}
