export type BreakerState = 'closed' | 'open' | 'half_open';

/** As what a call was let in. A probe's end decides; calls that were under way when the breaker opened say nothing new. */
export type Passage = 'call' | 'probe';

const failuresToOpen = 5;
const firstOpenMs = 1000;
const longestOpenMs = 30_000;

/**
 * Spares a target that fails: after some failures in a row it is not called for a while, then one call at a time probes it.
 * Written here because the libraries' breakers make callers wait for the probe, which for a model can take minutes; here they
 * go on to the next target, or are told when to come back (docs/decisions).
 */
export class Breaker {
  private failures = 0;
  private isClosed = true;
  /** Since the last answer that ended well: each time it stays open for longer. */
  private openings = 0;
  private opensUntilMs = 0;
  private probing = false;

  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  get state(): BreakerState {
    if (this.isClosed) return 'closed';
    return this.nowMs() < this.opensUntilMs ? 'open' : 'half_open';
  }

  /** Milliseconds until the next probe is allowed. */
  get retryAfterMs(): number {
    return Math.max(0, this.opensUntilMs - this.nowMs());
  }

  /** Undefined where no call may be made; one that was let in must end in `succeeded`, `failed` or `abandoned`, after `answering` or without. */
  enter(): Passage | undefined {
    const { state } = this;
    if (state === 'closed') return 'call';
    if (state === 'open' || this.probing) return undefined;
    this.probing = true;
    return 'probe';
  }

  /**
   * A good answer has begun. It ends a probe, so that others need not wait for the end of a stream; the failures before it are only
   * forgotten when an answer has ended well, or a target that breaks every stream would never be spared.
   */
  answering(passage: Passage): void {
    if (passage !== 'probe') return;
    this.probing = false;
    this.isClosed = true;
  }

  succeeded(): void {
    this.failures = 0;
    this.openings = 0;
    this.isClosed = true;
    this.probing = false;
  }

  failed(passage: Passage): void {
    this.failures += 1;
    const opens = passage === 'probe' || (this.state === 'closed' && this.failures >= failuresToOpen);
    if (passage === 'probe') this.probing = false;
    if (!opens) return;
    this.isClosed = false;
    this.openings += 1;
    this.opensUntilMs = this.nowMs() + Math.min(longestOpenMs, firstOpenMs * 2 ** (this.openings - 1));
  }

  /** The call ended without saying anything of the target: its client went away. */
  abandoned(passage: Passage): void {
    if (passage === 'probe') this.probing = false;
  }
}
