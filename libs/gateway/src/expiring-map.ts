interface Entry<Value> {
  readonly value: Value;
  readonly untilMs: number;
}

export interface ExpiringMapLimits<Value> {
  readonly entries: number;
  readonly lifetimeMs: number;
  /** What the values may weigh together; without it only their number counts. */
  readonly weight?: { readonly most: number; readonly of: (value: Value) => number };
}

/** A map that forgets: entries after their time, and the oldest when it is full. No timers. */
export class ExpiringMap<Value> {
  /** In the order of their ages. */
  private readonly entries = new Map<string, Entry<Value>>();
  private weight = 0;

  constructor(
    private readonly limits: ExpiringMapLimits<Value>,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  get(key: string): Value | undefined {
    const entry = this.entries.get(key);
    return entry !== undefined && entry.untilMs > this.nowMs() ? entry.value : undefined;
  }

  set(key: string, value: Value): void {
    this.delete(key);
    const nowMs = this.nowMs();
    this.entries.set(key, { value, untilMs: nowMs + this.limits.lifetimeMs });
    this.weight += this.weightOf(value);
    for (const [oldest, { untilMs }] of this.entries) {
      if (untilMs > nowMs && !this.isOverfull()) break;
      this.delete(oldest);
    }
  }

  private delete(key: string): void {
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    this.entries.delete(key);
    this.weight -= this.weightOf(entry.value);
  }

  private isOverfull(): boolean {
    return this.entries.size > this.limits.entries || this.weight > (this.limits.weight?.most ?? Infinity);
  }

  private weightOf(value: Value): number {
    return this.limits.weight?.of(value) ?? 0;
  }
}
