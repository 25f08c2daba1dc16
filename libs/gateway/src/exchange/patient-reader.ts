export const silence = Symbol('silence');

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

  /** Abandons the rest. A read that is still under way is not waited for: its source is being torn down. */
  async close(): Promise<void> {
    this.pending?.catch(() => undefined);
    const closed = this.iterator.return?.();
    if (this.pending === undefined) await closed;
    else closed?.catch(() => undefined);
  }
}
