import { type ErrorCode, GatewayError } from '#wire';
import type { Inbound } from '../inbound.js';
import type { Target } from '../router.js';
import type { Passage } from './breaker.js';
import { Deadline } from './deadline.js';
import type { TargetState } from './target-states.js';
import { type CallTimeouts, clientTimeoutMs, timeoutsFor } from './timeouts.js';

/** What says that a target is ill, as opposed to a request that it refuses. A rate limit is a healthy target's answer. */
const faults: ReadonlySet<ErrorCode> = new Set([
  'upstream_failed',
  'upstream_unreachable',
  'upstream_timeout',
  'upstream_invalid_answer',
  'overloaded',
]);

/** One use of a target, from its slot to the end of its answer. */
export class Call {
  private over = false;
  private reported = false;

  private constructor(
    private readonly state: TargetState,
    private readonly passage: Passage,
    readonly timeouts: CallTimeouts,
    private readonly deadline: Deadline,
    private readonly client: AbortSignal,
    private readonly release: () => void,
  ) {}

  /** Throws `GatewayError('overloaded')` when the target is spared or full. */
  static async begin(
    state: TargetState,
    target: Target,
    inbound: Inbound,
    client: AbortSignal,
    elapsedMs: number,
  ): Promise<Call> {
    const passage = state.breaker.enter();
    if (passage === undefined) throw spared(state);
    const startedMs = performance.now();
    try {
      const release = await state.slots.acquire(client, clientTimeoutMs(inbound) - elapsedMs);
      const timeouts = timeoutsFor(target.config, inbound, elapsedMs + performance.now() - startedMs);
      return new Call(state, passage, timeouts, new Deadline(client, timeouts.totalMs), client, release);
    } catch (error) {
      state.breaker.abandoned(passage);
      throw error;
    }
  }

  get signal(): AbortSignal {
    return this.deadline.signal;
  }

  get clientGone(): boolean {
    return this.client.aborted;
  }

  /** The target has begun a good answer. */
  answered(): void {
    this.reported = true;
    this.state.breaker.answering();
    this.state.lastSuccessAt = new Date();
  }

  /** Gives the slot back; the first end counts. An error after a good beginning counts against the target as well. */
  end(error?: unknown): void {
    if (this.over) return;
    this.over = true;
    this.deadline.clear();
    this.release();
    // A fault of ours says nothing of the target, and may be that it was never called.
    const code = error instanceof GatewayError && error.code !== 'internal' ? error.code : undefined;
    if (code !== undefined && !this.clientGone && (faults.has(code) || !this.reported)) {
      this.state.lastFailure = { at: new Date(), code };
    }
    // Otherwise one client with a limit of a millisecond could take a target away from all others.
    const gaveUp = this.clientGone || (this.timeouts.impatient && code === 'upstream_timeout');
    if (code !== undefined && faults.has(code) && !gaveUp) {
      this.state.breaker.failed(this.passage);
    } else if (gaveUp || (code === undefined) !== this.reported) {
      // A client that left, or would not wait, proves nothing.
      this.state.breaker.abandoned(this.passage);
    } else {
      // An answer that ended well, or a refusal: both prove that the target lives.
      this.state.breaker.succeeded(this.passage);
    }
  }
}

/** What a call is refused with while the target's breaker is open. */
export function spared({ breaker }: TargetState): GatewayError {
  const retryAfterSeconds = Math.max(1, Math.ceil(breaker.retryAfterMs / 1000));
  return new GatewayError('overloaded', 'The upstream is failing and is not called for a moment', {
    retryAfterSeconds,
  });
}
