import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Simulator, startSimulator } from '#providers/simulator';
import { EmbeddedCloud, freePorts, TestProcess } from '#testing';
import { repositoryRoot } from '../local/repository-root.js';
import { type Image, leftOut, readImage } from './test/image.js';
import { scriptsDirectory } from './test/stand-in-commands.js';

const images = ['Dockerfile.api', 'Dockerfile.worker'].map(readImage);
const [api, worker] = images as [Image, Image];
const key = 'production-install-0123456789abcdef01234567';

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const { dependencies, devDependencies } = JSON.parse(
  readFileSync(join(repositoryRoot, 'package.json'), 'utf8'),
) as Manifest;

async function endOf(child: ChildProcess): Promise<{ code: number | null; output: string }> {
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const streams = [child.stdout, child.stderr].map((stream) => (stream === null ? '' : text(stream)));
  const [code, ...output] = await Promise.all([ended, ...streams]);
  return { code, output: output.join('') };
}

/** Names of the packages that the compiled files of an image import. */
function importedPackages(folder: string): string[] {
  const specifiers = globSync('dist/**/*.js', { cwd: folder }).flatMap((file) => {
    const code = readFileSync(join(folder, file), 'utf8');
    const found = code.matchAll(/(?:\bfrom|\bimport|\bimport\(|\brequire\(|\.resolve\()\s*'([^'.#/][^'\n]*)'/g);
    return [...found].map(([, specifier = '']) => specifier);
  });
  const packages = specifiers
    .filter((specifier) => !specifier.startsWith('node:'))
    .map((specifier) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/'));
  return [...new Set(packages)].filter((name) => !builtinModules.includes(name)).toSorted();
}

function proved(): void {
  let directory: string;
  let simulator: Simulator;
  let cloud: EmbeddedCloud;
  let url: string;
  const running: TestProcess[] = [];
  const folderOf = ({ dockerfile }: Image): string => join(directory, dockerfile);

  /** As `docker build` does: packages of production alone, and of a build the files that the image takes. */
  async function layOut(image: Image): Promise<void> {
    const folder = folderOf(image);
    for (const path of image.files) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await cp(join(repositoryRoot, path), join(folder, path), { recursive: true });
    }
    for (const path of leftOut) await rm(join(folder, path), { recursive: true, force: true });
    await symlink(join(directory, 'node_modules'), join(folder, 'node_modules'));
  }

  function start(image: Image, env: Readonly<Record<string, string>>): TestProcess {
    const started = TestProcess.start(image.dockerfile, image.command.slice(1), folderOf(image), env);
    running.push(started);
    return started;
  }

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'production-'));
    await Promise.all(api.manifests.map((name) => cp(join(repositoryRoot, name), join(directory, name))));
    const install = spawn('npm', [...api.install, '--prefer-offline', '--no-audit', '--no-fund'], {
      cwd: directory,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { code, output } = await endOf(install);
    if (code !== 0) throw new Error(`npm ${api.install.join(' ')} ended with ${code}:\n${output}`);
    for (const command of api.trims)
      expect(spawnSync('sh', ['-c', command], { cwd: directory })).toMatchObject({ status: 0 });
    await Promise.all(images.map(layOut));

    cloud = await EmbeddedCloud.start(join(directory, 'cloud'));
    simulator = await startSimulator();
    const [port = 0, workerPort = 0] = await freePorts(2);
    url = `http://127.0.0.1:${port}`;
    const env = {
      NODE_ENV: 'production',
      PORT: String(port),
      WORKER_PORT: String(workerPort),
      PROXY_API_KEY: key,
      ANTHROPIC_API_KEY: 'simulator-key',
      ANTHROPIC_BASE_URL: simulator.url,
      ...cloud.env,
    };
    await Promise.all([
      start(api, env).untilAnswers(`${url}/health/ready`),
      start(worker, env).untilAnswers(`http://127.0.0.1:${workerPort}/health/ready`),
    ]);
  });

  afterAll(async () => {
    await simulator.close();
    await Promise.all(running.map((started) => started.stop()));
    await cloud.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('passes every check of the smoke test', async () => {
    const smokeTest = spawn('bash', [join(scriptsDirectory, 'smoke_test.sh'), '--url', url, '--json'], {
      env: { PATH: process.env.PATH, PROXY_API_KEY: key },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { code, output } = await endOf(smokeTest);
    expect({ code, report: JSON.parse(output) as unknown }).toMatchObject({
      code: 0,
      report: { passed: 7, failed: 0, skipped: 0 },
    });
    expect(simulator.requests.filter(({ path }) => path === '/v1/messages')).toHaveLength(3);
  });

  it.each(images)('is found healthy by the health check of $dockerfile', async (image) => {
    const started = running[images.indexOf(image)];
    const [, ...args] = image.healthCheck;
    expect(args[0]).toBe('-e');
    expect(started?.running).toBe(true);
    const check = spawn(process.execPath, args, {
      env: { PORT: new URL(url).port, WORKER_PORT: started?.env['WORKER_PORT'] },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    expect(await endOf(check)).toEqual({ code: 0, output: '' });
  });

  it('serves its documentation', async () => {
    for (const path of ['/docs', '/docs/swagger-ui-bundle.js', '/openapi.json'])
      expect({ path, status: (await fetch(`${url}${path}`)).status }).toEqual({ path, status: 200 });
  });

  it('has no package of development, and imports none', async () => {
    const installed = await readdir(join(directory, 'node_modules'));
    expect(installed).toContain('pino');
    for (const name of ['jest', 'typescript', '@swc', 'fauxqs', 'oxlint', 'knip', 'node'])
      expect(installed).not.toContain(name);
    expect(globSync('node_modules/pino/*.{map,d.ts}', { cwd: directory })).toEqual([]);
    for (const image of images) {
      const imported = importedPackages(folderOf(image));
      expect(imported).toContain('undici');
      expect(imported.filter((name) => dependencies[name] === undefined || name in devDependencies)).toEqual([]);
    }
  });

  it('says nothing that needs a look, and stops when it is told to', async () => {
    for (const started of running) {
      expect(await started.stop()).toBe(0);
      const loud = started.logLines.filter(({ level }) => level !== 'info' && level !== 'debug');
      // The smoke test's own refusal, and nothing else.
      const expected = started === running[0] ? ['POST /v1/messages 401'] : [];
      expect(loud.map(({ message }) => message)).toEqual(expected);
    }
  });
}

describe('the Dockerfiles', () => {
  it('install the same packages in the same way', () => {
    expect(worker.manifests).toEqual(api.manifests);
    expect(worker.install).toEqual(api.install);
    expect(worker.trims).toEqual(api.trims);
    expect(api.trims).toHaveLength(1);
    expect(api.manifests).toEqual(['package.json', 'package-lock.json', '.npmrc']);
    expect(api.install).toContain('--omit=dev');
  });

  it('take the same files but for the program itself, and run what they take', () => {
    const shared = ['package.json', 'dist/libs'];
    expect(api.files).toEqual([...shared, 'dist/apps/api']);
    expect(worker.files).toEqual([...shared, 'dist/apps/worker']);
    expect(api.command.at(-1)).toBe('dist/apps/api/src/main.js');
    expect(worker.command.at(-1)).toBe('dist/apps/worker/src/main.js');
    expect(leftOut).toEqual(['dist/libs/testing', 'dist/libs/providers/src/simulator']);
  });
});

const ping = spawnSync('npm', ['ping'], { cwd: repositoryRoot, encoding: 'utf8', timeout: 15_000 });
if (ping.status === 0) {
  describe('an installation of production, as the images have it', proved);
} else {
  process.stderr.write(`NOT TESTED: the installation of production, for npm reaches no registry.\n${ping.stderr}\n`);
  // oxlint-disable-next-line jest/no-disabled-tests
  it.skip('the installation of production (skipped: npm reaches no registry)', () => undefined);
}
