export type BreakerState = 'closed' | 'open' | 'half_open';

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

  /** Whether a call may be made; one that was let in must end in `succeeded`, `failed` or `abandoned`. */
  enter(): boolean {
    const { state } = this;
    if (state === 'closed') return true;
    if (state === 'open' || this.probing) return false;
    this.probing = true;
    return true;
  }

  succeeded(): void {
    this.failures = 0;
    this.openedTimes = 0;
    this.probing = false;
  }

  failed(): void {
    this.failures += 1;
    // Calls that were under way when it opened say nothing new.
    const opens = this.probing || (this.state === 'closed' && this.failures >= failuresToOpen);
    this.probing = false;
    if (!opens) return;
    this.openedTimes += 1;
    this.opensUntilMs = this.nowMs() + Math.min(longestOpenMs, firstOpenMs * 2 ** (this.openedTimes - 1));
  }

  /** The call ended without saying anything of the target: its client went away. */
  abandoned(): void {
    this.probing = false;
  }
}
