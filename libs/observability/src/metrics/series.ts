/** One line of a counter. */
export class CounterSeries {
  value = 0;

  add(amount = 1): void {
    this.value += amount;
  }
}

/** One line of a gauge; without a value it is left out, because 0 would be a claim. */
export class GaugeSeries {
  value: number | undefined;

  set(value: number | undefined): void {
    this.value = value;
  }
}

/** The lines of a histogram for one set of labels. Observing allocates nothing. */
export class HistogramSeries {
  /** By bucket, not cumulated; the last is for what is above all bounds. */
  readonly counts: Float64Array;
  sum = 0;

  constructor(readonly bounds: readonly number[]) {
    this.counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    let index = 0;
    while (index < this.bounds.length && value > (this.bounds[index] ?? Infinity)) index += 1;
    this.counts[index] = (this.counts[index] ?? 0) + 1;
    this.sum += value;
  }
}

export type Series = CounterSeries | GaugeSeries | HistogramSeries;
