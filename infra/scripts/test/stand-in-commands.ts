import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:http';
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
 * Runs the repository's shell scripts with `aws` and `psql` replaced: first in PATH are links to `stand-in`, which asks `handler`
 * over a socket. Everything else the scripts use is real.
 */
export class StandInCommands {
  private constructor(
    private readonly directory: string,
    private readonly server: ReturnType<typeof createServer>,
  ) {}

  static async start(handler: CommandHandler): Promise<StandInCommands> {
    const directory = await mkdtemp(join(tmpdir(), 'stand-in-'));
    for (const command of ['aws', 'psql']) {
      await symlink(join(import.meta.dirname, 'stand-in'), join(directory, command));
    }
    const server = createServer((request, response) => {
      void text(request).then((body) => {
        const [command = '', ...args] = body.split('\0').slice(0, -1);
        const { code, output } = handler(command, args);
        response.end(`${code}\n${output}`);
      });
    });
    await new Promise<void>((resolve) => server.listen(join(directory, 'socket'), resolve));
    return new StandInCommands(directory, server);
  }

  /**
   * Runs `infra/scripts/<name>`. `input` is what is typed; without it standard input is empty. When the script prints
   * `interruptAt`, it is sent SIGTERM.
   */
  async run(
    name: string,
    args: readonly string[],
    { env = {}, input = '', interruptAt }: { env?: Readonly<Record<string, string>>; input?: string; interruptAt?: string } = {},
  ): Promise<ScriptEnd> {
    const child = spawn('bash', [join(scriptsDirectory, name), ...args], {
      env: {
        PATH: `${this.directory}:${process.env['PATH'] ?? ''}`,
        STAND_IN_SOCKET: join(this.directory, 'socket'),
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
