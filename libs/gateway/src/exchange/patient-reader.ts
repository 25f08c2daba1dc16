export const silence = Symbol('silence');

const drainMs = 500;
const maxDrainReads = 16;

/** Reads an iterator without waiting for ever: a read that takes too long is reported and goes on behind the next one. */
export class PatientReader<T> {
  private pending: Promise<IteratorResult<T>> | undefined;

  constructor(private readonly iterator: AsyncIterator<T>) {}

  async next(patienceMs: number): Promise<IteratorResult<T> | typeof silence> {
    this.pending ??= this.iterator.next();
    const { promise, resolve, reject } = Promise.withResolvers<IteratorResult<T> | typeof silence>();
    const timer = setTimeout(() => resolve(silence), patienceMs);
    this.pending.then(resolve, reject);
    try {
      const result = await promise;
      if (result !== silence) this.pending = undefined;
      return result;
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Reads on to the end, for a little while, and throws the rest away. An answer often is whole before its last chunk is, and
   * abandoning it then would cost its connection.
   */
  async drain(): Promise<void> {
    try {
      for (let reads = 0; reads < maxDrainReads; reads += 1) {
        const next = await this.next(drainMs);
        if (next === silence) break;
        if (next.done === true) return;
      }
    } catch {
      // What went wrong behind a whole answer is nobody's business.
      return;
    }
    await this.close();
  }

  /** Abandons the rest. A read that is still under way is not waited for: its source is being torn down. */
  async close(): Promise<void> {
    this.pending?.catch(() => undefined);
    const closed = this.iterator.return?.();
    if (this.pending === undefined) await closed;
    else closed?.catch(() => undefined);
  }
}
