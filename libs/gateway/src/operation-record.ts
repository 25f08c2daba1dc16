import type { UpstreamOperation } from '#providers';
import type { Dialect, Usage } from '#wire';

/** `durable`: run by a worker for a client that has long gone. */
export type Mode = 'sync' | 'stream' | 'durable';

export type Outcome = 'ended' | 'failed' | 'aborted';

/** One call of one upstream. Times in milliseconds. */
export interface AttemptRecord {
  readonly number: number;
  readonly target: string;
  readonly provider: string;
  readonly model: string;
  readonly durationMs: number;
  readonly outcome: Outcome;
  readonly errorCode: string | undefined;
}

/** What one request came to, for rows, metrics and the log line. Times in milliseconds. */
export interface OperationRecord {
  readonly id: string;
  readonly keyId: string;
  readonly dialect: Dialect;
  readonly operation: UpstreamOperation;
  readonly mode: Mode;
  readonly modelAsked: string | undefined;
  readonly modelUsed: string | undefined;
  readonly modelAnswered: string | undefined;
  readonly provider: string | undefined;
  readonly target: string | undefined;
  readonly startedAt: Date;
  /** Until the first byte for the client; undefined when there was none. */
  readonly firstByteMs: number | undefined;
  readonly durationMs: number;
  readonly outcome: Outcome;
  readonly errorCode: string | undefined;
  readonly usage: Usage | undefined;
  readonly attempts: readonly AttemptRecord[];
}
