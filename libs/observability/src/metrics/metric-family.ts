import { GaugeSeries, HistogramSeries, type Series } from './series.js';

/**
 * Label sets of one metric. Who adds a label takes care that a client cannot invent values for it; this is the fence behind that
 * care: what comes later is counted under `other`.
 */
const maxSeries = 2000;

export type MetricType = 'counter' | 'gauge' | 'histogram';

/** A metric with all its label sets. */
export class MetricFamily<S extends Series> {
  private readonly byLabels = new Map<string, S>();

  constructor(
    readonly name: string,
    private readonly help: string,
    private readonly type: MetricType,
    private readonly labelNames: readonly string[],
    private readonly make: () => S,
  ) {}

  /** The series of these label values, in the order of the names. Cheap, but not free: a hot path keeps what it gets. */
  of(...values: readonly string[]): S {
    const labels = this.labels(values);
    const known = this.byLabels.get(labels);
    if (known !== undefined) return known;
    if (this.byLabels.size < maxSeries) return this.add(labels);
    const rest = this.labels(this.labelNames.map(() => 'other'));
    return this.byLabels.get(rest) ?? this.add(rest);
  }

  /** Forgets all label sets; for gauges that are read anew each time. */
  clear(): void {
    this.byLabels.clear();
  }

  /** In Prometheus' text format. */
  text(): string {
    let lines = '';
    for (const [labels, series] of this.byLabels) lines += this.lines(labels, series);
    if (lines === '') return '';
    return `# HELP ${this.name} ${this.help}\n# TYPE ${this.name} ${this.type}\n${lines}`;
  }

  private add(labels: string): S {
    const series = this.make();
    this.byLabels.set(labels, series);
    return series;
  }

  private labels(values: readonly string[]): string {
    return this.labelNames.map((name, index) => `${name}="${escaped(values[index] ?? '')}"`).join(',');
  }

  private lines(labels: string, series: Series): string {
    if (series instanceof HistogramSeries) return this.buckets(labels, series);
    if (series instanceof GaugeSeries && series.value === undefined) return '';
    return `${this.name}${braced(labels)} ${String(series.value)}\n`;
  }

  private buckets(labels: string, { bounds, counts, sum }: HistogramSeries): string {
    let text = '';
    let cumulated = 0;
    for (const [index, count] of counts.entries()) {
      cumulated += count;
      const bound = bounds[index];
      const le = `le="${bound === undefined ? '+Inf' : String(bound)}"`;
      text += `${this.name}_bucket${braced(labels === '' ? le : `${labels},${le}`)} ${cumulated}\n`;
    }
    return `${text}${this.name}_sum${braced(labels)} ${sum}\n${this.name}_count${braced(labels)} ${cumulated}\n`;
  }
}

function braced(labels: string): string {
  return labels === '' ? '' : `{${labels}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
