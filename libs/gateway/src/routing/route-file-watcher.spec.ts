import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import type { Logger } from 'pino';
import { loadConfig } from '#config';
import { RouteFileWatcher } from './route-file-watcher.js';
import { route, tableOf, target } from './test/routing-of.js';

const routeFileOf = (name: string): string =>
  JSON.stringify({ targets: [{ name, provider: 'openai-compatible', baseUrl: 'http://localhost:1/v1' }] });

let directory: string;
let file: string;
let watcher: RouteFileWatcher;
let neighbour: NodeJS.Timeout | undefined;

const table = tableOf([target('one')], [route({ targets: [{ target: 'one' }] })]);
const replaced = jest.spyOn(table, 'replace');
const refused = jest.fn();
const logger = { info: () => undefined, warn: () => undefined, error: refused } as unknown as Logger;

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1000 && !holds(); tries += 1) await sleep(20);
  expect(holds()).toBe(true);
}

/** As editors do, so that it is never read in half. */
async function write(text: string): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

async function touchNeighbour(): Promise<void> {
  await writeFile(join(directory, 'other.log'), String(performance.now()));
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'routes-'));
  file = join(directory, 'routes.yaml');
  await write(routeFileOf('one'));
  replaced.mockReset();
  refused.mockReset();
  const config = loadConfig({ PROXY_API_KEY: 'k'.repeat(32), ANTHROPIC_API_KEY: 'k' }, 'api');
  watcher = new RouteFileWatcher({ ...config, routeFile: file }, logger, table);
  watcher.onApplicationBootstrap();
});

afterEach(async () => {
  clearInterval(neighbour);
  watcher.onApplicationShutdown();
  await rm(directory, { recursive: true, force: true, maxRetries: 3 });
});

it('reads a change also while its directory is never quiet', async () => {
  neighbour = setInterval(() => void touchNeighbour(), 50);
  await write(routeFileOf('two'));
  await until(() => replaced.mock.calls.some(([{ targets }]) => targets.some(({ name }) => name === 'two')));
});

it('tells of a refused version once, and again on SIGHUP', async () => {
  await write('{');
  await until(() => refused.mock.calls.length > 0);
  for (let time = 0; time < 2; time += 1) {
    await touchNeighbour();
    await sleep(400);
  }
  expect(refused).toHaveBeenCalledTimes(1);
  process.emit('SIGHUP');
  expect(refused).toHaveBeenCalledTimes(2);
  await write('{ ');
  await until(() => refused.mock.calls.length > 2);
});

it('tells of a file that cannot be read once, and takes it when it is back', async () => {
  await rm(file);
  await until(() => refused.mock.calls.length > 0);
  await touchNeighbour();
  await sleep(400);
  expect(refused).toHaveBeenCalledTimes(1);
  replaced.mockReset();
  await write(routeFileOf('one'));
  await until(() => replaced.mock.calls.length > 0);
});
