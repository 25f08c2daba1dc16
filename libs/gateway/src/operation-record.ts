import type { UpstreamOperation } from '#providers';
import type { Dialect, Usage } from '#wire';

/** `durable`: run by a worker for a client that has long gone. */
export type Mode = 'sync' | 'stream' | 'durable';

export type Outcome = 'ended' | 'failed' | 'aborted';

/** One call of one upstream. Times in milliseconds. */
export interface AttemptRecord {
  /** From 1, in the order of the calls. */
  readonly number: number;
  readonly target: string;
  readonly provider: string;
  readonly model: string;
  /** HTTP status of the upstream; undefined when none came. */
  readonly status: number | undefined;
  /** Until the upstream's status; undefined when none came. */
  readonly firstByteMs: number | undefined;
  readonly durationMs: number;
  /** Of the call that answered: how the answer ended. */
  readonly outcome: Outcome;
  readonly errorCode: string | undefined;
  /** As in the operation's record. */
  readonly usage: Usage | undefined;
}

/** What one request came to, for rows, metrics and the log line. Times in milliseconds. */
export interface OperationRecord {
  readonly id: string;
  readonly keyId: string;
  readonly correlationId: string;
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
  /** Before that byte: what was spent in waiting for upstreams. */
  readonly upstreamWaitMs: number;
  readonly durationMs: number;
  readonly outcome: Outcome;
  readonly errorCode: string | undefined;
  /** HTTP status: what the client was given, or for a job what it comes to. */
  readonly status: number;
  /**
   * What the upstream told, as far as it was heard: partial when the client left or the upstream broke. An estimate where the
   * gateway cut the answer off at a stop sequence; undefined where nothing was told.
   */
  readonly usage: Usage | undefined;
  /** Micro-USD at list price; null where no price is known or an answer did not tell its tokens. */
  readonly costMicroUsd: number | null;
  readonly attempts: readonly AttemptRecord[];
}
