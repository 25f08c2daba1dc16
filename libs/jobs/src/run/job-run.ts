import type { OperationRecord } from '#gateway';
import { GatewayError } from '#wire';

export type Interruption = 'lease_lost' | 'shutdown';

const reasons: Readonly<Record<Interruption, string>> = {
  lease_lost: 'Another worker has taken the job over',
  shutdown: 'The worker is shutting down',
};

/** One run of a job in this process, and how it is stopped. */
export class JobRun {
  private readonly stopping = new AbortController();
  private cause: Interruption | undefined;
  /** What the gateway has accounted for it. */
  record: OperationRecord | undefined;

  /** Fires at once when the run has to end. */
  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  get interruption(): Interruption | undefined {
    return this.cause;
  }

  /** The first one counts. */
  interrupt(cause: Interruption): void {
    if (this.cause !== undefined) return;
    this.cause = cause;
    this.stopping.abort(new GatewayError('unavailable', reasons[cause]));
  }
}
