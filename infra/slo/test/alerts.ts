import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: Readonly<Record<string, string>>;
}

interface RuleFile {
  readonly groups: readonly {
    readonly rules: readonly (AlertRule | { readonly record: string; readonly expr: string })[];
  }[];
}

function rulesOf(file: string) {
  const { groups } = parse(readFileSync(join(import.meta.dirname, '..', file), 'utf8')) as RuleFile;
  return groups.flatMap(({ rules }) => rules);
}

export const alertRules = rulesOf('alerting-rules.yml').filter((rule): rule is AlertRule => 'alert' in rule);

/** Every expression, of alerts and recordings. */
export const expressions = [...rulesOf('alerting-rules.yml'), ...rulesOf('recording-rules.yml')].map(
  ({ expr }) => expr,
);
