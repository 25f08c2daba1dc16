import { alertRule, recordingRules } from './alerts.js';
import type { Scrape } from './scrapes.js';

interface Selector {
  readonly name: string;
  readonly matchers: readonly { readonly label: string; readonly operator: string; readonly value: string }[];
}

/** The series selectors of an alert's rule that find nothing in a scrape: names or labels that no process has. */
export function selectorsWithoutSeries(alert: string, scrape: Scrape): string[] {
  const series = [...scrape.keys()].map(readSeries);
  return selectorTexts(alertRule(alert).expr).filter(
    (text) => !series.some((each) => matches(each, readSelector(text))),
  );
}

/** What recordings compute is replaced by what they read. */
function selectorTexts(expression: string): string[] {
  return [
    ...new Set(
      [...expression.matchAll(/\b[a-z]+(?:[_:][a-z0-9_:]+)+(?:\{[^}]*\})?|\bup\{[^}]*\}/g)]
        .map(([text]) => text)
        .filter((text) => !/^(?:sum|max|min|histogram)_|^claude_proxy_upstream$/.test(text))
        .flatMap((text) => {
          const recording = recordingRules.find(({ record }) => record === text);
          return recording === undefined ? [text] : selectorTexts(recording.expr);
        }),
    ),
  ];
}

function readSelector(text: string): Selector {
  const [name = '', inner = ''] = text.split(/[{}]/);
  const matchers = [...inner.matchAll(/(\w+)(=~|!=|=)"([^"]*)"/g)];
  return { name, matchers: matchers.map(([, label = '', operator = '', value = '']) => ({ label, operator, value })) };
}

function readSeries(key: string): { name: string; labels: Map<string, string> } {
  const { name, matchers } = readSelector(key);
  return { name, labels: new Map(matchers.map(({ label, value }) => [label, value])) };
}

function matches(series: ReturnType<typeof readSeries>, { name, matchers }: Selector): boolean {
  return (
    series.name === name &&
    matchers.every(({ label, operator, value }) => {
      const has = series.labels.get(label) ?? '';
      if (operator === '=~') return new RegExp(`^(?:${value})$`).test(has);
      return (has === value) === (operator === '=');
    })
  );
}
