/** What the load generator is asked to do, over its process's channel. */
export interface LoadJob {
  readonly id: number;
  readonly port: number;
  /** One HTTP request, head and body, sent again and again. */
  readonly request: string;
  readonly expected: ExpectedAnswer;
  /** Kept alive; each has one request under way. */
  readonly connections: number;
  /** In all. */
  readonly requests: number;
  /** No new requests after this. */
  readonly maxSeconds?: number;
  /** Between an answer's end and the connection's next request; none by default. */
  readonly pauseMs?: number;
  /**
   * Open loop: so many requests come due a second, whether or not the answers before have ended, and what one waits for a free
   * connection is part of its latency. Without it each connection sends its next request when the answer to the last has ended.
   */
  readonly perSecond?: number;
  /** The connections begin one after the other over this time: streams that began at once would send at once for ever. */
  readonly rampMs?: number;
}

export interface ExpectedAnswer {
  readonly status: number;
  /** Found near the end of an answer that is whole. */
  readonly marker: string;
}

export interface LoadResult {
  readonly id: number;
  readonly answered: number;
  /** How often an answer was not as expected, by what was wrong with it. */
  readonly broken: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** Of one answer, decoded. */
  readonly bodyBytes: number;
  /** From when the request was due to its answer's end. */
  readonly latencyMs: Quantiles;
  /** From the same to the first byte of the answer's body. */
  readonly firstByteMs: Quantiles;
  /** Of each answer the longest wait between two pieces of its body. */
  readonly longestGapMs: Quantiles;
}

export interface Quantiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}
