export type BreakerState = 'closed' | 'open' | 'half_open';

/**
 * The opening since which a call was let in. How calls of an earlier one end is not believed: they began before the breaker opened.
 * Only that a good answer begins is news from any of them.
 */
export type Passage = number;

const failuresToOpen = 5;
const firstOpenMs = 1000;
const longestOpenMs = 30_000;

/**
 * Spares a target that fails: after some failures in a row it is not called for a while, then one call at a time probes it.
 * Written here because the libraries' breakers make callers wait for the probe, which for a model can take minutes; here they
 * go on to the next target, or are told when to come back (docs/decisions/0011-own-circuit-breaker.md).
 */
export class Breaker {
  private failures = 0;
  private isClosed = true;
  /** Since the last answer that ended well: each time it stays open for longer. */
  private openings = 0;
  private openUntilMs = 0;
  private probing = false;
  private generation = 0;

  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  get state(): BreakerState {
    if (this.isClosed) return 'closed';
    return this.nowMs() < this.openUntilMs ? 'open' : 'half_open';
  }

  /** Milliseconds until the next probe is allowed. */
  get retryAfterMs(): number {
    return Math.max(0, this.openUntilMs - this.nowMs());
  }

  /** Undefined where no call may be made; one that was let in must end in `succeeded`, `failed` or `abandoned`, after `answering` or without. */
  enter(): Passage | undefined {
    const { state } = this;
    if (state === 'open' || this.probing) return undefined;
    this.probing = state === 'half_open';
    return this.generation;
  }

  /**
   * A good answer has begun, whenever its call was let in. Others need not wait for the end of a stream, and some failures of many
   * calls at once take no target away that answers the rest; the failures before it are only forgotten when an answer has ended well,
   * or a target that breaks every stream would never be spared.
   */
  answering(): void {
    this.close();
  }

  succeeded(passage: Passage): void {
    if (passage !== this.generation) return;
    this.failures = 0;
    this.openings = 0;
    this.close();
  }

  failed(passage: Passage): void {
    if (passage !== this.generation) return;
    this.failures += 1;
    if (this.isClosed && this.failures < failuresToOpen) return;
    this.isClosed = false;
    this.probing = false;
    this.generation += 1;
    this.openings += 1;
    this.openUntilMs = this.nowMs() + Math.min(longestOpenMs, firstOpenMs * 2 ** (this.openings - 1));
  }

  /** The call ended without saying anything of the target: its client went away. */
  abandoned(passage: Passage): void {
    if (passage === this.generation) this.probing = false;
  }

  private close(): void {
    this.isClosed = true;
    this.probing = false;
  }
}
