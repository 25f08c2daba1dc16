import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const directory = join(import.meta.dirname, '../../terraform/modules/observability');
const [alarms = '', slo = '', variables = ''] = ['alarms.tf', 'slo.tf', 'variables.tf'].map((file) =>
  readFileSync(join(directory, file), 'utf8'),
);

export interface CloudWatchAlarm {
  readonly metric: string;
  readonly service: string;
  readonly statistic: string;
  readonly operator: string;
  readonly threshold: number;
  readonly missing: string;
}

/** An alarm of one metric of ours, as Terraform makes it. Throws for a name that has none. */
export function cloudWatchAlarm(name: string): CloudWatchAlarm {
  const [, row = ''] = new RegExp(`^ {4}${name} = \\{\\n([^]*?)\\n {4}\\}`, 'm').exec(alarms) ?? [];
  const field = (key: string) => new RegExp(`\\b${key} = "?([\\w./]+)`).exec(row)?.[1] ?? '';
  if (field('namespace') !== 'ClaudeProxy') throw new Error(`there is no alarm ${name} of a metric of ours`);
  return {
    metric: field('metric'),
    service: field('dimensions').replace(/^local\.(\w+)_dimensions$/, '$1'),
    statistic: field('statistic'),
    operator: field('operator'),
    threshold: numberOf(field('threshold')),
    missing: field('missing'),
  };
}

/** Of the alarm of the error rate: from how many answers on, and over how many percent of them. */
export function errorRateAlarm(): { readonly leastAnswers: number; readonly percent: number } {
  const [, block = ''] = /resource "aws_cloudwatch_metric_alarm" "error_rate" \{([^]*?)\n\}/.exec(slo) ?? [];
  const [, percent = ''] = /^ {2}threshold += (.+)$/m.exec(block) ?? [];
  return { leastAnswers: numberOf('var.minimum_requests'), percent: numberOf(percent) };
}

/** A figure, or a variable's default. */
function numberOf(text: string): number {
  const [, variable] = /^var\.(\w+)$/.exec(text) ?? [];
  if (variable === undefined) return Number(text);
  return Number(new RegExp(`variable "${variable}" \\{[^}]*default += (\\d+)`).exec(variables)?.[1]);
}
