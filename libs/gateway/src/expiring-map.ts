/** A map that forgets: entries after their time, and the oldest when it is full. No timers. */
export class ExpiringMap<Value> {
  private readonly entries = new Map<string, { readonly value: Value; readonly untilMs: number }>();

  constructor(
    private readonly maxEntries: number,
    private readonly lifetimeMs: number,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  get(key: string): Value | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.untilMs > this.nowMs()) return entry.value;
    this.entries.delete(key);
    return undefined;
  }

  set(key: string, value: Value): void {
    // Deleted first, so that the map stays in the order of its entries' ages.
    this.entries.delete(key);
    this.entries.set(key, { value, untilMs: this.nowMs() + this.lifetimeMs });
    if (this.entries.size <= this.maxEntries) return;
    const [oldest] = this.entries.keys();
    if (oldest !== undefined) this.entries.delete(oldest);
  }
}
