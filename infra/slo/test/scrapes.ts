import { metricsAt, type Samples } from '#testing';
import { expressions } from './alerts.js';

/** A process that Prometheus would scrape. */
export interface Scraped {
  readonly job: 'claude-proxy-api' | 'claude-proxy-worker';
  readonly url: string;
  readonly key?: string;
}

/** All that the rules read, as Prometheus would store it: series with their scrape's labels → value. */
export type Scrape = ReadonlyMap<string, number>;

export const environment = 'seeded';

/** Prometheus' default is ten seconds; a process that is stopped does not answer after one either. */
const timeoutMs = 6000;

export async function scrape(processes: readonly Scraped[]): Promise<Scrape> {
  const scrapes = await Promise.all(
    processes.map(async (scraped) => {
      const labels = Object.entries(targetLabels(scraped))
        .map(([name, value]) => `${name}="${value}"`)
        .join(',');
      const samples = await inTime(metricsAt(`${scraped.url}/metrics`, scraped.key)).catch(() => undefined);
      return [
        [`up{${labels}}`, samples === undefined ? 0 : 1] as const,
        ...[...(samples ?? [])].filter(isRead).map(([key, value]) => [withLabels(key, labels), value] as const),
      ];
    }),
  );
  return new Map(scrapes.flat());
}

export function targetLabels({ job, url }: Scraped) {
  return { job, instance: new URL(url).host, environment };
}

function withLabels(key: string, labels: string): string {
  return key.endsWith('}') ? `${key.slice(0, -1)},${labels}}` : `${key}{${labels}}`;
}

function isRead([key]: readonly [string, number]): boolean {
  const [name = ''] = key.split('{', 1);
  return expressions.some((expression) => new RegExp(`\\b${name}\\b`).test(expression));
}

async function inTime(samples: Promise<Samples>): Promise<Samples> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('no metrics in time')), timeoutMs);
  try {
    return await Promise.race([samples, late]);
  } finally {
    clearTimeout(timer);
  }
}
