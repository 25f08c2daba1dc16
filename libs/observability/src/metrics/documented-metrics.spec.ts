import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '../../../..');
const metricName = /^(claude_proxy|gen_ai|http_server|nodejs|process)_[a-z0-9_]+$/;

/** First arguments of what declares a metric. */
function declared(): string[] {
  const files = globSync('{apps,libs}/**/*.ts', { cwd: root, exclude: (file) => file.endsWith('.spec.ts') });
  const calls = /(?:counter|gauge|histogram)\(\s*'([a-z0-9_]+)'/g;
  return files.flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(calls)].map(([, name = '']) => name),
  );
}

describe('docs/observability.md', () => {
  it('has every metric, and none that there is not', () => {
    const page = readFileSync(join(root, 'docs/observability.md'), 'utf8');
    const documented = [...page.matchAll(/^\| `([a-z0-9_]+)` +\| (?:counter|gauge|histogram)/gm)].map(
      ([, name = '']) => name,
    );
    expect(documented.toSorted()).toEqual([...new Set(declared().filter((name) => metricName.test(name)))].toSorted());
  });
});
