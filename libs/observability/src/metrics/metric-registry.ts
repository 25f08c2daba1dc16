import { Injectable } from '@nestjs/common';
import { MetricFamily } from './metric-family.js';
import { CounterSeries, GaugeSeries, HistogramSeries, type Series } from './series.js';

export type CounterFamily = MetricFamily<CounterSeries>;
export type GaugeFamily = MetricFamily<GaugeSeries>;
export type HistogramFamily = MetricFamily<HistogramSeries>;

type Collector = () => void | Promise<void>;

/** No scraper waits longer than ten seconds by default; what a system that is away would have told is left out. */
const collectTimeoutMs = 4000;

/** All metrics of the process. Each module declares its own; counting is an addition, and everything else happens at the scrape. */
@Injectable()
export class MetricRegistry {
  private readonly families = new Map<string, MetricFamily<Series>>();
  private readonly collectors: Collector[] = [];
  private collecting: Promise<void> | undefined;

  counter(name: string, help: string, labels: readonly string[] = []): CounterFamily {
    return this.register(new MetricFamily(name, help, 'counter', labels, () => new CounterSeries()));
  }

  gauge(name: string, help: string, labels: readonly string[] = []): GaugeFamily {
    return this.register(new MetricFamily(name, help, 'gauge', labels, () => new GaugeSeries()));
  }

  /** @param bounds upper bounds of the buckets, ascending */
  histogram(name: string, help: string, bounds: readonly number[], labels: readonly string[] = []): HistogramFamily {
    return this.register(new MetricFamily(name, help, 'histogram', labels, () => new HistogramSeries(bounds)));
  }

  /** `collect` sets gauges just before they are read. What it throws is ignored: it should say in a metric what failed. */
  onCollect(collect: Collector): void {
    this.collectors.push(collect);
  }

  /** Prometheus' text format 0.0.4. */
  async text(): Promise<string> {
    await this.collect();
    return [...this.families.values()].map((family) => family.text()).join('');
  }

  /** Brings all gauges up to date. Callers at the same time share one round. */
  async collect(): Promise<void> {
    this.collecting ??= this.collectNow().finally(() => {
      this.collecting = undefined;
    });
    await this.collecting;
  }

  private async collectNow(): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, collectTimeoutMs).unref();
    await Promise.race([Promise.allSettled(this.collectors.map(async (collect) => collect())), late]);
    clearTimeout(timer);
  }

  private register<S extends Series>(family: MetricFamily<S>): MetricFamily<S> {
    if (this.families.has(family.name)) throw new Error(`the metric ${family.name} is declared twice`);
    this.families.set(family.name, family);
    return family;
  }
}
