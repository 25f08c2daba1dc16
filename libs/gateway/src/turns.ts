import type { RetryConfig } from '#config';
import { GatewayError } from '#wire';
import { retryDelayMs } from './retry-delay.js';
import type { Target } from './router.js';

export interface Turn {
  readonly target: Target;
  /** When it may be called, on the clock of `performance.now()`. */
  readonly readyAtMs: number;
}

/** Whose turn it is: each target's once in the order of the route, and then of whichever may be called again soonest. */
export class Turns {
  /** In the order of the route; who may not be called again is out. */
  private readonly turns: { readonly target: Target; readyAtMs: number; calls: number }[];
  private readonly mostCalls: number;
  private calls = 0;
  private at = 0;
  private refusal: GatewayError | undefined;
  private unfit: GatewayError | undefined;

  constructor(
    targets: readonly Target[],
    private readonly retries: RetryConfig,
  ) {
    this.turns = targets.map((target) => ({ target, readyAtMs: 0, calls: 0 }));
    // A route with more targets gets a call for each.
    this.mostCalls = Math.max(retries.maxAttempts, targets.length);
  }

  /** Undefined where another call cannot help: then the `verdict` is the answer. */
  next(): Turn | undefined {
    if (this.calls >= this.mostCalls) return undefined;
    this.at = 0;
    for (const [index, { readyAtMs }] of this.turns.entries()) {
      if (readyAtMs < (this.turns[this.at]?.readyAtMs ?? 0)) this.at = index;
    }
    return this.turns[this.at];
  }

  /** The target was called. It may be again after a pause, unless it asks for a longer one than a client should be kept waiting. */
  refused(refusal: GatewayError): void {
    this.refusal = refusal;
    this.calls += 1;
    const turn = this.turns[this.at];
    if (turn === undefined) return;
    const delayMs = retryDelayMs(turn.calls, refusal, this.retries);
    if (delayMs === undefined) {
      this.turns.splice(this.at, 1);
      return;
    }
    turn.calls += 1;
    turn.readyAtMs = performance.now() + delayMs;
  }

  /** The target fails or is full, and was not called: it is left alone for the rest of this request. */
  notCalled(refusal: GatewayError): void {
    this.refusal = refusal;
    this.turns.splice(this.at, 1);
  }

  /** The request is not for this target, which has no words for it or a window too small; another may take it. */
  notTaken(refusal: GatewayError): void {
    this.unfit ??= refusal;
    this.turns.splice(this.at, 1);
  }

  /** What came last of those that were called, or could not be; else the first reason why none takes the request. */
  get verdict(): GatewayError {
    return this.refusal ?? this.unfit ?? new GatewayError('internal', 'The route has no target');
  }
}
