import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { repositoryRoot } from '../local/repository-root.js';
import { alertRules } from './test/alerts.js';
import { runbookPath, runbookSections } from './test/runbook-sections.js';

const sections = runbookSections();
const terraform = globSync('infra/terraform/**/*.tf', { cwd: repositoryRoot })
  .map((file) => readFileSync(join(repositoryRoot, file), 'utf8'))
  .join('\n');

/** Terraform's alarms of one metric each are a table, and its keys are their anchors. */
function terraformAnchors(): string[] {
  const written = [...terraform.matchAll(/runbook_url\}#([a-z-]+)/g)].map(([, anchor = '']) => anchor);
  const table = /single_metric_alarms = \{\n([^]*?)\n {2}\}\n/.exec(terraform)?.[1] ?? '';
  const keys = [...table.matchAll(/^ {4}([a-z-]+) = \{$/gm)].map(([, key = '']) => key);
  const shared = ['usage-spool', 'queue-age'];
  return [...written, ...keys.map((key) => shared.find((anchor) => key.startsWith(anchor)) ?? key)];
}

/** What `/health` may link to. */
function healthAnchors(): string[] {
  const source = readFileSync(join(repositoryRoot, 'libs/observability/src/runbook.ts'), 'utf8');
  return [...source.matchAll(/\| '([a-z-]+)'/g)].map(([, anchor = '']) => anchor);
}

function expectSection(anchor: string): void {
  const text = sections.get(anchor);
  expect({ anchor, found: text !== undefined }).toEqual({ anchor, found: true });
  for (const part of ['See', 'Stop', 'Mend']) {
    expect({ anchor, part, found: text?.includes(`\n**${part}**`) }).toEqual({ anchor, part, found: true });
  }
}

describe('every alert leads to a section that says how to see, stop and mend it', () => {
  it.each(alertRules)('$alert of Prometheus', ({ annotations }) => {
    const [url, anchor = ''] = (annotations.runbook_url ?? '').split('#');
    expect(url).toBe(`https://github.com/{{ $externalLabels.repository }}/blob/main/${runbookPath}`);
    expectSection(anchor);
  });

  it('the alarms of CloudWatch', () => {
    const anchors = new Set(terraformAnchors());
    expect(anchors.size).toBeGreaterThanOrEqual(15);
    for (const anchor of anchors) expectSection(anchor);
  });

  it('and the documents ask CloudWatch for composite alarms as well, which it does not name by itself', () => {
    const commands = globSync('docs/*.md', { cwd: repositoryRoot }).flatMap((file) =>
      [
        ...readFileSync(join(repositoryRoot, file), 'utf8').matchAll(
          /aws cloudwatch describe-alarms(?:[^\n]*\\\n)*[^\n]*/g,
        ),
      ].map(([command]) => command),
    );
    expect(commands.length).toBeGreaterThanOrEqual(2);
    for (const command of commands)
      expect(command).toMatch(/--alarm-types MetricAlarm CompositeAlarm[^]*CompositeAlarms/);
  });

  it('the parts of /health', () => {
    const anchors = healthAnchors();
    expect(anchors.length).toBeGreaterThanOrEqual(10);
    for (const anchor of anchors) expectSection(anchor);
  });

  it('and says in words what it is, how bad, and whom it wakes', () => {
    for (const { alert, labels, annotations } of alertRules) {
      expect({ alert, ...labels }).toEqual({ alert, severity: expect.stringMatching(/^(page|ticket)$/) });
      expect(annotations.summary).toBeTruthy();
      expect(annotations.description).toBeTruthy();
    }
  });
});

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
const tests = readFileSync(join(import.meta.dirname, 'alerting-rules.test.yml'), 'utf8');

describe('the rules', () => {
  it('each fire in a case of their tests', () => {
    const fired = new Set(Array.from(tests.matchAll(/alertname="(\w+)"/g), ([, name = '']) => name));
    expect(alertRules.map(({ alert }) => alert).filter((alert) => !fired.has(alert))).toEqual([]);
  });

  // Debian and Ubuntu: apt-get install prometheus.
  (hasPromtool ? it : it.skip)(
    'fire when they should and keep still when they should not (skipped without promtool)',
    () => {
      const options = { cwd: import.meta.dirname, encoding: 'utf8' } as const;
      const checked = spawnSync('promtool', ['check', 'rules', 'recording-rules.yml', 'alerting-rules.yml'], options);
      expect(checked).toMatchObject({ status: 0 });
      const tested = spawnSync('promtool', ['test', 'rules', 'alerting-rules.test.yml'], options);
      expect({ status: tested.status, output: tested.stdout + tested.stderr }).toMatchObject({
        status: 0,
        output: expect.stringContaining('SUCCESS'),
      });
    },
    120_000,
  );
});
