const buckets = 100;
const ratio = 1.15;
const smallest = 0.1;
const logRatio = Math.log(ratio);

export interface DistributionSummary {
  readonly Values: readonly number[];
  readonly Counts: readonly number[];
  readonly Min: number;
  readonly Max: number;
  readonly Count: number;
  readonly Sum: number;
}

/**
 * Values of a minute in as many buckets as CloudWatch takes of one metric in one line (100), each 15 % wider than the last: from
 * 0.1 ms to 100 s with an error of at most 7 %. Recording allocates nothing.
 */
export class Distribution {
  private readonly counts = new Float64Array(buckets);
  private total = 0;
  private sum = 0;
  private min = Infinity;
  private max = 0;

  record(value: number): void {
    const index = value <= smallest ? 0 : Math.min(buckets - 1, Math.ceil(Math.log(value / smallest) / logRatio));
    this.counts[index] = (this.counts[index] ?? 0) + 1;
    this.total += 1;
    this.sum += value;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
  }

  /** What was recorded since the last call; undefined for nothing. */
  take(): DistributionSummary | undefined {
    if (this.total === 0) return undefined;
    const used = [...this.counts.entries()].filter(([, count]) => count > 0);
    const summary = {
      Values: used.map(([index]) => this.valueOf(index)),
      Counts: used.map(([, count]) => count),
      Min: this.min,
      Max: this.max,
      Count: this.total,
      Sum: this.sum,
    };
    this.counts.fill(0);
    this.total = 0;
    this.sum = 0;
    this.min = Infinity;
    this.max = 0;
    return summary;
  }

  /** The bucket's middle on the logarithmic scale, but nothing that was not there. */
  private valueOf(index: number): number {
    return Math.min(this.max, Math.max(this.min, smallest * ratio ** (index - 0.5)));
  }
}
