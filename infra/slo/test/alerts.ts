import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: Readonly<Record<string, string>>;
}

interface RecordingRule {
  readonly record: string;
  readonly expr: string;
}

interface RuleFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly (AlertRule | RecordingRule)[] }[];
}

/** Recordings first: alerts read them. */
export const ruleFiles = ['recording-rules.yml', 'alerting-rules.yml'].map((file) =>
  join(import.meta.dirname, '..', file),
);

const groups = ruleFiles.flatMap((file) => (parse(readFileSync(file, 'utf8')) as RuleFile).groups);
const rules = groups.flatMap((group) => group.rules);

export const groupNames = groups.map(({ name }) => name);

export const alertRules = rules.filter((rule): rule is AlertRule => 'alert' in rule);

export const recordingRules = rules.filter((rule): rule is RecordingRule => 'record' in rule);

/** Every expression, of alerts and recordings. */
export const expressions = rules.map(({ expr }) => expr);

/** Throws for a name that no rule has. */
export function alertRule(name: string): AlertRule {
  const rule = alertRules.find(({ alert }) => alert === name);
  if (rule === undefined) throw new Error(`there is no alert ${name}`);
  return rule;
}
