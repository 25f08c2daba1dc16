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
  private openedTimes = 0;
  private opensUntilMs = 0;
  private probing = false;

  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  get state(): BreakerState {
    if (this.openedTimes === 0) return 'closed';
    return this.nowMs() < this.opensUntilMs ? 'open' : 'half_open';
  }

  /** Milliseconds until the next probe is allowed. */
  get retryAfterMs(): number {
    return Math.max(0, this.opensUntilMs - this.nowMs());
  }

  /** Undefined where no call may be made; one that was let in must end in `succeeded`, `failed` or `abandoned`. */
  enter(): Passage | undefined {
    const { state } = this;
    if (state === 'closed') return 'call';
    if (state === 'open' || this.probing) return undefined;
    this.probing = true;
    return 'probe';
  }

  succeeded(): void {
    this.failures = 0;
    this.openedTimes = 0;
    this.probing = false;
  }

  failed(passage: Passage): void {
    this.failures += 1;
    const opens = passage === 'probe' || (this.state === 'closed' && this.failures >= failuresToOpen);
    if (passage === 'probe') this.probing = false;
    if (!opens) return;
    this.openedTimes += 1;
    this.opensUntilMs = this.nowMs() + Math.min(longestOpenMs, firstOpenMs * 2 ** (this.openedTimes - 1));
  }

  /** The call ended without saying anything of the target: its client went away. */
  abandoned(passage: Passage): void {
    if (passage === 'probe') this.probing = false;
  }
}
