import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';
import type { Report } from './print-report.js';

const run = promisify(execFile);
const program = join(import.meta.dirname, '../../dist/infra/bench/main.js');

it('measures lanes beside the bare proxy, every answer whole, and writes its samples', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'claude-proxy-bench-spec-'));
  const jsonFile = join(directory, 'report.json');
  const lanes = ['--lane', 'pass-through', '--lane', 'messages→chat', '--lane', 'bad key'];
  const { stdout } = await run(process.execPath, [
    program,
    '--requests',
    '50',
    '--rounds',
    '1',
    ...lanes,
    '--json',
    jsonFile,
  ]);
  const report = JSON.parse(await readFile(jsonFile, 'utf8')) as Report;
  expect(
    report.lanes.map(({ lane, broken, samples }) => [lane, broken, samples.map(({ answered }) => answered)]),
  ).toEqual(
    [
      'bare plain',
      'bare stream',
      'pass-through plain',
      'pass-through stream',
      'messages→chat plain',
      'messages→chat stream',
      'bad key',
    ].map((lane) => [lane, 0, [50]]),
  );
  for (const { lane } of report.lanes) expect(stdout).toContain(`| ${lane} `);
  await rm(directory, { recursive: true });
}, 120_000);

it('switches on and off what watches requests', async () => {
  const { stdout } = await run(process.execPath, [program, '--quick', '--lane', 'observability']);
  expect(stdout).toMatch(/^\| pass-through plain +\| +\d+ \|.* 0 \|$/m);
  expect(stdout).toMatch(/^\| pass-through stream +\| +\d+ \|.* 0 \|$/m);
}, 120_000);

it('finds the rate that is kept in an open loop', async () => {
  const { stdout } = await run(process.execPath, [program, '--quick', '--lane', 'open loop']);
  expect(stdout).toMatch(/^\| bare proxy +\| +\d+ \|/m);
  expect(stdout).toMatch(/^\| gateway +\| +\d+ \|/m);
}, 120_000);

it('says what it can do', async () => {
  const { stdout } = await run(process.execPath, [program, '--help']);
  expect(stdout).toContain('--lane NAME');
});
