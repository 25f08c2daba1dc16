import type { Dialect } from '#wire';

/** Disjoint kinds, as Anthropic counts them: `input_tokens` excludes cache reads and writes. */
export interface TokenColumns {
  input_tokens: number;
  output_tokens: number;
  cache_read_tokens: number;
  cache_creation_5m_tokens: number;
  cache_creation_1h_tokens: number;
  /** Part of `output_tokens`. */
  thinking_tokens: number;
}

/** All null where an upstream has begun an answer and told none, 0 where nothing was used. */
export type ToldTokenColumns = { [Column in keyof TokenColumns]: TokenColumns[Column] | null };

/** How it went for the caller: an answer was delivered whole, failed, or the caller left before its end. */
export type UsageOutcome = 'ended' | 'failed' | 'aborted';

/** One operation that a caller asked for. Written once; a second row with the same `id` is ignored. */
export interface UsageOperationRow extends ToldTokenColumns {
  id: string;
  /** Fingerprint of the caller's key, never the key. */
  key_id: string;
  dialect: Dialect;
  mode: 'sync' | 'stream' | 'durable';
  /** Path of the route, for example `/v1/messages`. */
  endpoint: string;
  model_asked: string;
  /** Null where the operation ended before a route was found. */
  model_used: string | null;
  /** Null where no answer named one. */
  model_answered: string | null;
  provider: string | null;
  target: string | null;
  /** Null where no price is known, or an answer has begun and told no tokens: not the same as free. */
  cost_micro_usd: number | null;
  outcome: UsageOutcome;
  /** A `GatewayError` code. */
  error_code: string | null;
  /** HTTP status given to the caller. */
  status: number;
  /** Upstream calls made. */
  attempts: number;
  /** ISO 8601. */
  started_at: string;
  /** Null where no byte was sent. */
  first_byte_ms: number | null;
  duration_ms: number;
  correlation_id: string;
  job_id: string | null;
}

/** One upstream call. */
export interface UsageAttemptRow extends ToldTokenColumns {
  operation_id: string;
  /** From 1, in the order of the calls. */
  number: number;
  target: string;
  provider: string;
  model: string;
  outcome: UsageOutcome;
  /** The upstream's HTTP status; null where none came. */
  status: number | null;
  error_code: string | null;
  first_byte_ms: number | null;
  duration_ms: number;
}

/** Storable as it is: durations are whole, and no text has a character that `storableText` would replace. */
export interface UsageBatch {
  readonly operations: readonly UsageOperationRow[];
  readonly attempts: readonly UsageAttemptRow[];
}

export type UsageGroup = 'day' | 'model' | 'provider' | 'key';

/** Sums of one group. The columns not grouped by are null. Tokens are those of the operations that told them; null where none has. */
export interface UsageReportRow extends ToldTokenColumns {
  /** `YYYY-MM-DD`, UTC. */
  day: string | null;
  model: string | null;
  provider: string | null;
  key_id: string | null;
  operations: number;
  ended: number;
  failed: number;
  aborted: number;
  attempts: number;
  /** Of the operations whose cost is known; null where none is. */
  cost_micro_usd: number | null;
  /** Operations whose cost is not known. */
  unpriced: number;
  /** Operations whose tokens are not known. */
  untold: number;
}
