import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { alertRule, groupNames, ruleFiles } from './alerts.js';
import { environment } from './scrapes.js';
import { lastingSeries, quietSeconds, scrapeSeconds, type SeededFailure } from './seeded-failure.js';

export const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

/** An alert that is to fire, with the labels that say what it is about. */
export interface ExpectedAlert {
  readonly alert: string;
  readonly labels?: Readonly<Record<string, string>>;
}

const repository = 'example/claude-proxy';

/**
 * Puts the failure, lasting that many minutes, before the real rules. Returns promtool's complaints: nothing where before it no
 * alert fired, and in the end exactly the expected ones, with their labels and what they tell an on-call.
 */
export function complaintsOf(failure: SeededFailure, minutes: number, expected: readonly ExpectedAlert[]): string {
  const directory = mkdtempSync(join(tmpdir(), 'promtool-'));
  try {
    const file = join(directory, 'seeded.yml');
    writeFileSync(file, stringify(testOf(failure, minutes, expected), { lineWidth: 0 }));
    const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', file], { encoding: 'utf8' });
    return status === 0 ? '' : stdout + stderr;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function testOf(failure: SeededFailure, minutes: number, expected: readonly ExpectedAlert[]): unknown {
  const firing = { expr: 'ALERTS{alertstate="firing"}' };
  const endsAt = `${quietSeconds + minutes * 60}s`;
  return {
    rule_files: ruleFiles,
    evaluation_interval: `${scrapeSeconds}s`,
    group_eval_order: groupNames,
    tests: [
      {
        interval: `${scrapeSeconds}s`,
        external_labels: { repository },
        input_series: lastingSeries(failure, minutes),
        promql_expr_test: [
          { ...firing, eval_time: `${quietSeconds - scrapeSeconds}s`, exp_samples: [] },
          {
            ...firing,
            eval_time: endsAt,
            exp_samples: expected.map((alert) => ({ labels: seriesOf(alert), value: 1 })),
          },
        ],
        alert_rule_test: toldTheSame(expected).map(({ alert, labels }) => ({
          eval_time: endsAt,
          alertname: alert,
          exp_alerts: labels.map((each) => ({ exp_labels: each, exp_annotations: annotationsOf(alert, each) })),
        })),
      },
    ],
  };
}

function allLabels({ alert, labels }: ExpectedAlert): Record<string, string> {
  const isOfAll = alert === 'ClaudeProxyNoTargets';
  return { severity: alertRule(alert).labels.severity, ...(!isOfAll && { environment }), ...labels };
}

function seriesOf(expected: ExpectedAlert): string {
  const labels = { alertname: expected.alert, alertstate: 'firing', ...allLabels(expected) };
  return `ALERTS{${Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',')}}`;
}

/** Those whose words do not contain a measured value, by name: promtool compares them to the letter. */
function toldTheSame(expected: readonly ExpectedAlert[]): { alert: string; labels: Record<string, string>[] }[] {
  const names = new Set(expected.map(({ alert }) => alert));
  return [...names]
    .filter((name) => !JSON.stringify(alertRule(name).annotations).includes('$value'))
    .map((alert) => ({ alert, labels: expected.filter((each) => each.alert === alert).map(allLabels) }));
}

function annotationsOf(alert: string, labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(alertRule(alert).annotations).map(([name, text]) => [
      name,
      text
        .replaceAll('{{ $externalLabels.repository }}', repository)
        .replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_all, label: string) => labels[label] ?? ''),
    ]),
  );
}
