import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Simulator, startSimulator } from '#providers/simulator';
import { repositoryRoot } from '../local/repository-root.js';
import type { LoadTarget } from './load.js';

const readyDeadlineMs = 30_000;

/** An API of its own with the simulator as upstream, its inspector open from the start. */
export class ProfiledApi {
  private constructor(
    readonly target: LoadTarget,
    readonly inspectorUrl: string,
    private readonly child: ChildProcess,
    private readonly simulator: Simulator,
  ) {}

  static async start(): Promise<ProfiledApi> {
    const simulator = await startSimulator();
    const port = await freePort();
    const key = `profile-${randomBytes(24).toString('hex')}`;
    const child = spawn(
      process.execPath,
      ['--enable-source-maps', '--inspect=127.0.0.1:0', join(repositoryRoot, 'dist/apps/api/src/main.js')],
      {
        // Away from a developer's .env: what is measured is the same everywhere.
        cwd: join(repositoryRoot, 'dist'),
        env: {
          PATH: process.env.PATH,
          PORT: String(port),
          PROXY_API_KEY: key,
          ANTHROPIC_API_KEY: 'simulator',
          ANTHROPIC_BASE_URL: simulator.url,
          THROTTLE_IP_PER_MINUTE: '0',
        },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    const url = `http://127.0.0.1:${port}`;
    try {
      const inspectorUrl = await inspectorOf(child);
      await untilReady(`${url}/health/ready`, child);
      return new ProfiledApi({ url, key }, inspectorUrl, child, simulator);
    } catch (error) {
      child.kill('SIGKILL');
      await simulator.close();
      throw error;
    }
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
    await this.simulator.close();
  }
}

/** Node prints the address on standard error, with what keeps the API from starting. */
async function inspectorOf(child: ChildProcess): Promise<string> {
  if (child.stderr === null) throw new Error('the API was started without a pipe for its standard error');
  const lines: string[] = [];
  for await (const line of createInterface(child.stderr)) {
    lines.push(line);
    const url = /^Debugger listening on (ws:\S+)$/.exec(line)?.[1];
    if (url !== undefined) {
      child.stderr.resume();
      return url;
    }
  }
  throw new Error(`the API did not start: ${lines.join('\n')}`);
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + readyDeadlineMs;
  while (Date.now() < deadline && child.exitCode === null) {
    if (
      await fetch(url).then(
        (response) => response.ok,
        () => false,
      )
    )
      return;
    await sleep(100);
  }
  throw new Error(`the API is not ready at ${url}: start it by hand (npm start) to see why`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return port;
}
