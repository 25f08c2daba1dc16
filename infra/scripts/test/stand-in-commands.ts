import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
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
  private constructor(
    private readonly directory: string,
    private readonly server: Server,
  ) {}

  static async start(handler: CommandHandler): Promise<StandInCommands> {
    const directory = await mkdtemp(join(tmpdir(), 'stand-in-'));
    for (const command of ['aws', 'psql']) {
      await symlink(join(import.meta.dirname, 'stand-in'), join(directory, command));
    }
    // The stand-in sends the number of words, then the words, each ended by a zero byte.
    const server = createServer((socket) => {
      let received = '';
      socket.setEncoding('utf8').on('data', (chunk) => {
        received += chunk.toString();
        const [count = '', ...words] = received.split('\0').slice(0, -1);
        if (count === '' || words.length < Number(count)) return;
        const { code, output } = handler(words[0] ?? '', words.slice(1));
        socket.end(`${code}\n${output}`);
      });
      // A script that is interrupted takes its commands with it.
      socket.on('error', () => {});
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new StandInCommands(directory, server);
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
      env: {
        PATH: `${this.directory}:${process.env['PATH'] ?? ''}`,
        STAND_IN_PORT: String((this.server.address() as AddressInfo).port),
        TMPDIR: this.directory,
        ...env,
      },
    });
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

  async stop(): Promise<void> {
    await new Promise((resolve) => this.server.close(resolve));
    await rm(this.directory, { recursive: true, force: true });
  }
}
