import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePorts } from '#testing';
import { repositoryRoot } from '../local/repository-root.js';

/** What a document shows between three backticks and `sh local` is run here, block after block in one shell, as its reader would. */
const block = /^( *)```sh local\n([^]*?)^ *```$/gm;

const documents = globSync('docs/*.md', { cwd: repositoryRoot })
  .toSorted()
  .map((file) => ({
    file,
    blocks: [...readFileSync(join(repositoryRoot, file), 'utf8').matchAll(block)].map(([, , code = '']) => code),
  }))
  .filter(({ blocks }) => blocks.length > 0);

let directory: string;
let local: ChildProcess;
let ports: Record<string, string>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'documents-'));
  const variables = ['PORT', 'WORKER_PORT', 'LOCAL_SQS_PORT', 'LOCAL_SUPABASE_PORT', 'LOCAL_SIMULATOR_PORT'];
  const free = await freePorts(variables.length);
  ports = Object.fromEntries(variables.map((variable, index) => [variable, String(free[index])]));
  local = spawn(process.execPath, [join(repositoryRoot, 'dist/infra/local/main.js')], {
    cwd: directory,
    env: { PATH: process.env.PATH, ...ports, LOCAL_DATA_DIR: join(directory, '.local') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [local.stdout, local.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  while (!output.includes('Ctrl-C stops everything.')) {
    if (local.exitCode !== null) throw new Error(`npm run local ended:\n${output}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}, 90_000);

afterAll(async () => {
  if (local.exitCode === null) {
    const ended = once(local, 'exit');
    local.kill('SIGTERM');
    await ended;
  }
  await rm(directory, { recursive: true, force: true });
}, 60_000);

/** The documents use the ports and the directory that `npm run local` has without any settings. */
function here(code: string): string {
  return code
    .replaceAll('127.0.0.1:8080', `127.0.0.1:${ports.PORT}`)
    .replaceAll('127.0.0.1:8081', `127.0.0.1:${ports.WORKER_PORT}`)
    .replaceAll('.local/', `${join(directory, '.local')}/`);
}

describe('the commands in the documents', () => {
  it.each(documents)(
    'of $file run as they stand',
    async ({ blocks }) => {
      // A line's own `grep` is its check: a command that fails ends the shell with the line that failed.
      const script = `set -Eeuo pipefail\ntrap 'echo "failed: $BASH_COMMAND" >&2' ERR\n${here(blocks.join('\n'))}`;
      const shell = spawn('bash', ['-c', script], {
        cwd: repositoryRoot,
        env: { PATH: process.env.PATH, HOME: process.env.HOME },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const ended = once(shell, 'close');
      const [output, problems] = await Promise.all([text(shell.stdout), text(shell.stderr)]);
      const [code] = (await ended) as [number | null];
      expect({ code, output: code === 0 ? '' : output, problems: code === 0 ? '' : problems }).toEqual({
        code: 0,
        output: '',
        problems: '',
      });
    },
    90_000,
  );

  it('are run for everything that an operator opens at night', () => {
    const run = new Set(documents.map(({ file }) => file));
    for (const name of ['OPERATIONAL_RUNBOOK_FULL', 'TROUBLESHOOTING', 'ONBOARDING_TRAINING', 'DEPLOYMENT_RUNBOOK']) {
      expect([...run]).toContain(`docs/${name}.md`);
    }
  });

  it('name no script or file of the repository that is not there', () => {
    const missing = globSync('{docs,infra/slo}/*.md', { cwd: repositoryRoot }).flatMap((file) => {
      const named =
        readFileSync(join(repositoryRoot, file), 'utf8').match(
          /(?:\.\/)?infra\/[\w./-]+\.(?:sh|tf|yml|json|md|ts)\b/g,
        ) ?? [];
      return named.filter((path) => !existsSync(join(repositoryRoot, path))).map((path) => `${file}: ${path}`);
    });
    expect(missing).toEqual([]);
  });
});
