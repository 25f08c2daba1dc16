import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChildProcess, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

export const scriptsDirectory = join(import.meta.dirname, '..');

export interface CommandAnswer {
  readonly code: number;
  readonly output: string;
}

/** What a stand-in does when called: `command` is `aws` or `psql`. */
export type CommandHandler = (command: string, args: readonly string[]) => CommandAnswer;

export interface ScriptEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs the repository's shell scripts with `aws` and `psql` replaced: first in PATH are links to `stand-in`, which asks `handler`.
 * Everything else the scripts use is real.
 */
export class StandInCommands {
  private readonly running = new Set<ChildProcess>();

  private constructor(
    private readonly directory: string,
    private readonly server: Server,
    private readonly sockets: ReadonlySet<Socket>,
  ) {}

  static async start(handler: CommandHandler): Promise<StandInCommands> {
    const directory = await mkdtemp(join(tmpdir(), 'stand-in-'));
    for (const command of ['aws', 'psql']) {
      await symlink(join(import.meta.dirname, 'stand-in'), join(directory, command));
    }
    const sockets = new Set<Socket>();
    // The stand-in sends the number of words, then the words, each ended by a zero byte.
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      let received = '';
      socket.setEncoding('utf8').on('data', (chunk) => {
        received += chunk.toString();
        const [count = '', ...words] = received.split('\0').slice(0, -1);
        if (count === '' || words.length < Number(count)) return;
        const { code, output } = answerOf(handler, words);
        socket.end(`${code}\n${output}`);
      });
      // A script that is interrupted takes its commands with it.
      socket.on('error', () => {});
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new StandInCommands(directory, server, sockets);
  }

  /**
   * Runs `infra/scripts/<name>`. `input` is what is typed; without it standard input is empty. When the script prints
   * `interruptAt`, it is sent SIGTERM.
   */
  async run(
    name: string,
    args: readonly string[],
    {
      env = {},
      input = '',
      interruptAt,
    }: { env?: Readonly<Record<string, string>>; input?: string; interruptAt?: string } = {},
  ): Promise<ScriptEnd> {
    const child = spawn('bash', [join(scriptsDirectory, name), ...args], {
      // A group of its own, so that `stop` reaches what the script has started as well.
      detached: true,
      env: {
        PATH: `${this.directory}:${process.env['PATH'] ?? ''}`,
        STAND_IN_PORT: String((this.server.address() as AddressInfo).port),
        TMPDIR: this.directory,
        ...env,
      },
    });
    this.running.add(child);
    child.once('close', () => this.running.delete(child));
    // A script that stops before it reads leaves the pipe broken; what it printed tells why.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    if (interruptAt !== undefined) {
      child.stdout.on('data', (chunk: Buffer) => {
        if (chunk.toString().includes(interruptAt)) child.kill('SIGTERM');
      });
    }
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    return { code, stdout, stderr };
  }

  /** Ends what a test that failed or took too long has left running: nothing here waits for a script. */
  async stop(): Promise<void> {
    for (const { pid } of this.running) if (pid !== undefined) killGroup(pid);
    await new Promise((resolve) => {
      this.server.close(resolve);
      for (const socket of this.sockets) socket.destroy();
    });
    await rm(this.directory, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** A handler that throws is told to the script, which would wait for an answer for ever. */
function answerOf(handler: CommandHandler, [command = '', ...args]: readonly string[]): CommandAnswer {
  try {
    return handler(command, args);
  } catch (error) {
    return { code: 255, output: `the stand-in failed: ${String(error)}` };
  }
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // Gone already; its output alone was still open.
  }
}
