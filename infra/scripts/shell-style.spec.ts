import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { scriptsDirectory } from './test/stand-in-commands.js';

const scripts = globSync('*.sh', { cwd: scriptsDirectory }).toSorted();
const sourced = globSync('lib/*.sh', { cwd: scriptsDirectory }).toSorted();
const hasShellcheck = spawnSync('shellcheck', ['--version']).status === 0;

describe('the operators’ scripts', () => {
  it.each(scripts)('%s can be run, stops at the first error and explains itself', (name) => {
    const path = join(scriptsDirectory, name);
    expect(statSync(path).mode & 0o111).toBe(0o111);
    expect(readFileSync(path, 'utf8')).toContain('\nset -euo pipefail\n');
    const { status, stdout } = spawnSync(path, ['--help'], { encoding: 'utf8' });
    expect(status).toBe(0);
    expect(stdout).toContain(`./infra/scripts/${name}`);
    expect(stdout).toContain('Exit code: 0');
  });

  it.each(scripts)('%s explains every option that it takes', (name) => {
    const text = readFileSync(join(scriptsDirectory, name), 'utf8');
    const { stdout } = spawnSync('bash', [join(scriptsDirectory, name), '--help'], { encoding: 'utf8' });
    const options = [...text.matchAll(/^ {4}(--[a-z0-9-]+)\)/gmu)].map(([, option = '']) => option);
    for (const option of options) expect(stdout).toContain(option);
  });

  it('ask for a bash that is new enough before they use what an old one does not know', () => {
    const text = readFileSync(join(scriptsDirectory, 'lib/aws_calls.sh'), 'utf8');
    const asks = text.indexOf('BASH_VERSINFO[0]');
    expect(asks).toBeGreaterThan(0);
    for (const recent of ['declare -A', 'local -n']) expect(text.indexOf(recent)).toBeGreaterThan(asks);
  });

  // CI installs it (apt-get install shellcheck); a newcomer's machine need not have it.
  (hasShellcheck ? it : it.skip)('are clean by shellcheck (skipped where shellcheck is not installed)', () => {
    const { stdout } = spawnSync('shellcheck', ['--external-sources', ...scripts, ...sourced, 'test/stand-in'], {
      cwd: scriptsDirectory,
      encoding: 'utf8',
      env: { ...process.env, SHELLCHECK_OPTS: `--source-path=${join(scriptsDirectory, '../..')}` },
    });
    expect(stdout).toBe('');
  });
});
