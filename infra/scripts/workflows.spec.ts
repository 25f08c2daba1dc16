import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { scriptsDirectory } from './test/stand-in-commands.js';

const root = join(scriptsDirectory, '../..');
const workflows = globSync('.github/workflows/*.yml', { cwd: root }).toSorted();

describe('the workflows', () => {
  it.each(workflows)('%s pins every action to a commit and names its version', (workflow) => {
    const lines = readFileSync(join(root, workflow), 'utf8').split('\n');
    for (const line of lines.filter((text) => /^\s*-?\s*uses: /u.test(text) && !text.includes('uses: ./'))) {
      expect(line).toMatch(/uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/u);
    }
  });

  it('deploy.yml lets no release that waits for its approval hold a rollback back', () => {
    const text = readFileSync(join(root, '.github/workflows/deploy.yml'), 'utf8');
    const [, group = ''] = /^concurrency:\n {2}group: (.+)$/mu.exec(text) ?? [];
    expect(group).toContain("github.event_name == 'workflow_dispatch' && format('rollback-{0}', inputs.rollback)");
  });

  it('deploy.yml tells every smoke test which model to ask for', () => {
    const text = readFileSync(join(root, '.github/workflows/deploy.yml'), 'utf8');
    const keys = text.match(/API_KEY: \$\{\{ secrets\.SMOKE_API_KEY \}\}\n/gu) ?? [];
    const both =
      text.match(/API_KEY: \$\{\{ secrets\.SMOKE_API_KEY \}\}\n +SMOKE_MODEL: \$\{\{ vars\.SMOKE_MODEL \}\}\n/gu) ?? [];
    expect(both).toHaveLength(keys.length);
    expect(keys).toHaveLength(3);
  });

  it('deploy.yml calls scripts that exist, with options that they take', () => {
    const text = readFileSync(join(root, '.github/workflows/deploy.yml'), 'utf8');
    const calls = [...text.matchAll(/\.\/infra\/scripts\/(\w+\.sh)(.*)/gu)];
    expect(calls.length).toBeGreaterThanOrEqual(3);
    for (const [, script = '', rest = ''] of calls) {
      const source = readFileSync(join(scriptsDirectory, script), 'utf8');
      for (const [option] of rest.matchAll(/--[a-z-]+/gu)) expect(source).toContain(`    ${option})`);
    }
  });
});
