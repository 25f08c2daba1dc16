/**
 * How long a request has waited for its upstreams before its answer began: for their status, for what they say before an answer
 * can begin, and between two tries. What is left of the request's time is the gateway's own.
 */
export class UpstreamWait {
  private sumMs = 0;
  private sinceMs: number | undefined;
  private over = false;

  /** Milliseconds so far, a wait that goes on included. */
  get totalMs(): number {
    return this.sumMs + (this.sinceMs === undefined ? 0 : performance.now() - this.sinceMs);
  }

  begin(): void {
    if (!this.over) this.sinceMs ??= performance.now();
  }

  end(): void {
    if (this.sinceMs === undefined) return;
    this.sumMs += performance.now() - this.sinceMs;
    this.sinceMs = undefined;
  }

  /** The answer begins: what comes after is no longer waited for. */
  close(): void {
    this.end();
    this.over = true;
  }

  async during<T>(work: Promise<T>): Promise<T> {
    this.begin();
    try {
      return await work;
    } finally {
      this.end();
    }
  }

  /** The same bytes; the time that their reader waits for them counts until the answer begins. */
  reading(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    return { [Symbol.asyncIterator]: () => new WaitedIterator(body[Symbol.asyncIterator](), this) };
  }

  /** Whether the answer has begun. */
  get closed(): boolean {
    return this.over;
  }
}

class WaitedIterator implements AsyncIterator<Uint8Array> {
  constructor(
    private readonly iterator: AsyncIterator<Uint8Array>,
    private readonly wait: UpstreamWait,
  ) {}

  /** Once the answer has begun it costs a stream no more than this comparison. */
  next(): Promise<IteratorResult<Uint8Array>> {
    return this.wait.closed ? this.iterator.next() : this.wait.during(this.iterator.next());
  }

  async return(): Promise<IteratorResult<Uint8Array>> {
    return (await this.iterator.return?.()) ?? { done: true, value: undefined };
  }
}
