import { GatewayError } from '#wire';

export interface SlotLimits {
  readonly maxConcurrent: number;
  /** Calls that wait for a slot; more are refused at once. */
  readonly queueLength: number;
  readonly queueWaitMs: number;
}

interface Waiter {
  readonly grant: () => void;
}

/** Bounds the calls under way at one target. A short queue smooths bursts; beyond it the refusal is honest and at once. */
export class Slots {
  private taken = 0;
  private readonly waiting = new Set<Waiter>();

  constructor(readonly limits: SlotLimits) {}

  get inUse(): number {
    return this.taken;
  }

  get queued(): number {
    return this.waiting.size;
  }

  /**
   * Resolves to the function that gives the slot back, which may be called more than once.
   * Throws `GatewayError('overloaded')` with `retry-after` when there is none in time, or the signal's reason.
   *
   * @param patienceMs how long the client would wait at most
   */
  async acquire(signal: AbortSignal, patienceMs = Number.POSITIVE_INFINITY): Promise<() => void> {
    if (this.taken < this.limits.maxConcurrent) {
      this.taken += 1;
    } else {
      // Granting hands the slot over, so `taken` stays as it is.
      await this.wait(signal, Math.min(this.limits.queueWaitMs, patienceMs));
    }
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.giveBack();
    };
  }

  private async wait(signal: AbortSignal, mostMs: number): Promise<void> {
    if (this.waiting.size >= this.limits.queueLength) throw busy();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter = { grant: resolve };
    // Out of the queue at once: a slot granted to who no longer waits would be lost.
    const giveUp = (reason: Error): void => {
      this.waiting.delete(waiter);
      reject(reason);
    };
    const timer = setTimeout(() => giveUp(busy()), mostMs);
    const gone = (): void => giveUp(signal.reason as Error);
    signal.addEventListener('abort', gone, { once: true });
    this.waiting.add(waiter);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', gone);
    }
  }

  private giveBack(): void {
    const [next] = this.waiting;
    if (next === undefined) {
      this.taken -= 1;
      return;
    }
    this.waiting.delete(next);
    next.grant();
  }
}

function busy(): GatewayError {
  return new GatewayError('overloaded', 'Too many requests to the upstream are in progress', { retryAfterSeconds: 1 });
}
