import type { Scrape } from './scrapes.js';

/** What was scraped of a failure: before it, and twice while it lasted. */
export interface SeededFailure {
  readonly before: Scrape;
  readonly first: Scrape;
  readonly second: Scrape;
  /** What grows by itself while all is well, such as heartbeats: by how much from scrape to scrape, of whatever instance. */
  readonly ordinary: Scrape;
  /** Whether the two scrapes are as far apart as Prometheus' are; else what grows by itself is taken to go on. */
  readonly watched: boolean;
}

/** As in infra/monitoring/prometheus.yml. */
export const scrapeSeconds = 15;

/** How long all is well before it. */
export const quietSeconds = 1800;

const quietScrapes = quietSeconds / scrapeSeconds;

/**
 * Every series as Prometheus would have it, in promtool's notation, had the failure lasted: the state before it for a while, then
 * the two real scrapes, and from then on at each scrape the same again: gauges keep their value, counters grow by as much as they
 * did between the two. A series that was not there is not made up, and one that went away is stale.
 */
export function lastingSeries(failure: SeededFailure, minutes: number): { series: string; values: string }[] {
  const { before, first, second } = failure;
  const scrapes = (minutes * 60) / scrapeSeconds;
  return [...new Set([...before.keys(), ...first.keys(), ...second.keys()])].map((series) => {
    const [was, is, later] = [before.get(series), first.get(series), second.get(series)];
    const ordinary = failure.ordinary.get(ofAnyInstance(series)) ?? 0;
    const offset = ordinary * quietScrapes;
    return {
      series,
      values: [
        // promtool counts the repeats of a value, and the gaps themselves.
        was === undefined ? `_x${quietScrapes}` : `${plain(was)}+${plain(ordinary)}x${quietScrapes - 1}`,
        is === undefined ? (was === undefined ? '_' : 'stale') : plain(is + offset),
        later === undefined
          ? `${is === undefined ? '_' : 'stale'} _x${scrapes}`
          : `${plain(later + offset)}+${plain(growth(series, failure))}x${scrapes}`,
      ].join(' '),
    };
  });
}

function growth(series: string, { first, second, ordinary, watched }: SeededFailure): number {
  if (!isCounter(series)) return 0;
  const seen = Math.max(0, (second.get(series) ?? 0) - (first.get(series) ?? 0));
  return watched ? seen : Math.max(seen, ordinary.get(ofAnyInstance(series)) ?? 0);
}

/** A process that is started again has another address. */
export function ofAnyInstance(series: string): string {
  return series.replace(/,instance="[^"]*"/, '');
}

function isCounter(series: string): boolean {
  return /^\w+_(?:total|bucket|sum|count)\b/.test(series);
}

/** promtool reads no exponents. */
function plain(value: number): string {
  return value.toFixed(6).replace(/\.?0+$/, '');
}
