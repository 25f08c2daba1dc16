import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { repositoryRoot } from '../local/repository-root.js';
import { expressions } from './test/alerts.js';

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

const dashboard = JSON.parse(readFileSync(join(repositoryRoot, 'infra/monitoring/grafana-dashboard.json'), 'utf8')) as {
  readonly panels: readonly Panel[];
};
const sources = globSync('{libs,apps}/**/*.ts', { cwd: repositoryRoot })
  .filter((file) => !file.endsWith('spec.ts'))
  .map((file) => readFileSync(join(repositoryRoot, file), 'utf8'))
  .join('\n');

/** Of the product; `up` and what the recording rules make are not. */
function metricsOf(expression: string): string[] {
  const names = expression.match(/\b(?:claude_proxy|http_server|gen_ai|process|nodejs)_\w+(?=[{[ )]|$)/g) ?? [];
  return names.map((name) => name.replace(/_(?:bucket|sum|count)$/, ''));
}

describe('what is alerted on and shown', () => {
  it.each([
    ...new Set(
      [...expressions, ...dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))].flatMap(
        metricsOf,
      ),
    ),
  ])('%s is a metric that the product has', (name) => {
    // A counter may be declared without the suffix that it is exposed with.
    expect(sources.includes(name) || sources.includes(name.replace(/_total$/, ''))).toBe(true);
  });

  it('has the four panels that an on-call looks at first', () => {
    const titles = dashboard.panels.map(({ title }) => title);
    expect(titles).toEqual(expect.arrayContaining(['Request rate', 'Latency', 'Errors (5xx)', 'Queue depth']));
  });

  it('shows each objective as a line beside the figure', () => {
    const text = JSON.stringify(dashboard);
    for (const objective of ['"SLO 500 ms"', '"SLO 1 %"', '"SLO 300 s"']) expect(text).toContain(objective);
  });
});
