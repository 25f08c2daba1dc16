import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePorts } from '#testing';
import { repositoryRoot } from './repository-root.js';

const portVariables = ['PORT', 'WORKER_PORT', 'LOCAL_SQS_PORT', 'LOCAL_SUPABASE_PORT', 'LOCAL_SIMULATOR_PORT'];

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'local-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function portSettings(): Promise<Record<string, string>> {
  const ports = await freePorts(portVariables.length);
  return Object.fromEntries(portVariables.map((variable, index) => [variable, String(ports[index])]));
}

class LocalRun {
  readonly #child: ChildProcess;
  output = '';
  readonly exitCode: Promise<unknown>;

  constructor(variables: Record<string, string>, ...parameters: string[]) {
    this.#child = spawn(process.execPath, [join(repositoryRoot, 'dist/infra/local/main.js'), ...parameters], {
      // Away from the repository's own .env, and with nothing of the developer's environment.
      cwd: directory,
      env: { PATH: process.env.PATH, ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    }
    this.exitCode = once(this.#child, 'close').then(([code]: unknown[]) => code);
  }

  async says(text: string): Promise<void> {
    while (!this.output.includes(text)) {
      if (this.#child.exitCode !== null) throw new Error(`it ended without saying "${text}":\n${this.output}`);
      await new Promise((resolve) => {
        setTimeout(resolve, 50);
      });
    }
  }

  kill(signal: 'SIGINT' | 'SIGKILL'): void {
    this.#child.kill(signal);
  }
}

describe('npm run local', () => {
  it('starts everything, sends itself a request in each mode, and stops', async () => {
    const run = new LocalRun({ ...(await portSettings()), LOCAL_DATA_DIR: join(directory, 'check') }, '--check');

    const exitCode = await run.exitCode;
    expect(run.output).toContain('✓ sync ');
    expect(run.output).toContain('✓ stream ');
    expect(run.output).toContain('✓ durable ');
    expect(exitCode).toBe(0);
  }, 60_000);

  it('serves until it is interrupted, turning away a second copy, and leaves nothing behind', async () => {
    const ports = await portSettings();
    const dataDir = join(directory, 'serve');
    const run = new LocalRun({ ...ports, LOCAL_DATA_DIR: dataDir });
    await run.says('Ctrl-C stops everything.');
    expect(run.output).toContain(`ANTHROPIC_BASE_URL=http://127.0.0.1:${ports.PORT} ANTHROPIC_AUTH_TOKEN=cp-local-`);

    const samePorts = new LocalRun({ ...ports, LOCAL_DATA_DIR: join(directory, 'another') });
    expect(await samePorts.exitCode).toBe(1);
    for (const variable of portVariables) {
      expect(samePorts.output).toContain(`Port ${ports[variable]} is taken; choose another with ${variable}.`);
    }

    const sameDirectory = new LocalRun({ ...(await portSettings()), LOCAL_DATA_DIR: dataDir });
    expect(await sameDirectory.exitCode).toBe(1);
    expect(sameDirectory.output).toContain('is in use by another copy');

    run.kill('SIGINT');
    expect(await run.exitCode).toBe(0);
    expect(existsSync(join(dataDir, 'logs/api.log'))).toBe(true);

    const again = new LocalRun({ ...ports, LOCAL_DATA_DIR: dataDir }, '--check');
    expect(await again.exitCode).toBe(0);
  }, 90_000);

  it('takes everything with it when it is killed', async () => {
    const ports = await portSettings();
    const variables = { ...ports, LOCAL_DATA_DIR: join(directory, 'killed') };
    const run = new LocalRun(variables);
    await run.says('Ctrl-C stops everything.');
    run.kill('SIGKILL');
    await run.exitCode;

    const again = new LocalRun(variables, '--check');
    const exitCode = await again.exitCode;
    expect(again.output).toContain('One request in each mode:');
    expect(exitCode).toBe(0);
  }, 90_000);
});
