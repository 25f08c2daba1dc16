import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Product } from '#testing';
import { repositoryRoot } from '../local/repository-root.js';

const run = promisify(execFile);

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'profile-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

function tool(name: string, parameters: readonly string[], key = ''): Promise<{ stdout: string; stderr: string }> {
  const file = join(repositoryRoot, `dist/infra/monitoring/${name}.js`);
  return run(process.execPath, [file, ...parameters], {
    cwd: directory,
    env: { PATH: process.env.PATH, ...(key && { PROXY_API_KEY: key }) },
  });
}

describe('npm run monitoring:profile, then monitoring:analyze', () => {
  it('records an API of its own under load, and says where time and memory went', async () => {
    const { stdout } = await tool('profile', ['--seconds', '2', '--connections', '4']);
    expect(stdout).toContain('with 4 requests at a time');

    const { stdout: text } = await tool('analyze', []);
    expect(text).toMatch(/, [1-9]\d* requests answered/);
    expect(text).toMatch(/CPU: busy \d+\.\d % of the time, \d+ µs a request/);
    expect(text).toMatch(/\d+ ms +\d+\.\d % {2}\S.* {2}dist\/|undici\//);
    expect(text).toContain('Memory: live heap after garbage collection');
    expect(text).toContain('Event loop: ');
  }, 60_000);

  it('watches a process that runs already, which goes on serving', async () => {
    const product = await Product.start();
    try {
      const out = join(directory, 'attached');
      const parameters = ['--seconds', '1', '--connections', '2', '--out', out, '--url', product.url];
      await tool('profile', [...parameters, '--pid', String(product.api.pid)], product.key);

      const { stdout: text } = await tool('analyze', [out]);
      expect(text).toContain(`Process ${product.api.pid}, 1 s from `);
      expect((await product.fetch('/health/live')).status).toBe(200);
    } finally {
      await product.stop();
    }
  }, 60_000);

  it('says what to do where there is nothing to analyze', async () => {
    await expect(tool('analyze', [join(directory, 'nothing')])).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('run npm run monitoring:profile first'),
    });
  });
});
