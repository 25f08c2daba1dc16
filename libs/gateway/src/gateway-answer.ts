/** An answer in the caller's dialect, ready to be written. */
export interface GatewayAnswer {
  readonly status: number;
  /** Lower-cased. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Whole, or as it arrives. A stream that breaks ends with the dialect's error event and does not throw; abandoning the
   * iteration aborts the upstream.
   */
  readonly body: Uint8Array | string | AsyncIterable<Uint8Array | string>;
  /** How it went, once the body has been consumed. */
  readonly settlement: Promise<Settlement>;
}

export interface Settlement {
  readonly outcome: 'ended' | 'failed' | 'aborted';
  /** Why it failed, for those who store answers. */
  readonly error?: unknown;
  /** What `x-proxy-warnings` would say had it waited for the end of the stream; absent where that is no more than it says. */
  readonly warnings?: string;
}
