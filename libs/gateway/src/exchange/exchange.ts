import type { UpstreamResponse } from '#providers';
import type { GatewayError, StopReason, Usage, UpstreamDialect, Warning } from '#wire';

/** What an answer told about itself; complete once its body has been consumed. */
export interface AnswerReport {
  readonly usage: Usage | undefined;
  readonly stopReason: StopReason | undefined;
  /** The model that the upstream says has answered. */
  readonly model: string | undefined;
  /** What of a stream could not be kept, which its headers could not say. */
  readonly losses?: readonly Warning[];
}

export interface ExchangeAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string | AsyncIterable<Uint8Array | string>;
  /** What of a plain answer could not be kept. */
  readonly warnings?: readonly Warning[];
  /** How a stream says that it broke; `errorBody` is the dialect's error object. */
  fail(errorBody: unknown): string;
  report(): AnswerReport;
}

/** How one request speaks to one target: in its own words, or translated. */
export interface Exchange {
  /** The dialect spoken to the upstream. */
  readonly dialect: UpstreamDialect;
  /** Whether the client's own headers and query go along. */
  readonly sameDialect: boolean;
  readonly body: Uint8Array | string;
  readonly warnings: readonly Warning[];
  /** Reads a successful answer whole. Throws `GatewayError` when it makes no sense. */
  plain(response: UpstreamResponse): Promise<ExchangeAnswer>;
  /** Waits for the first event that means something, so that an early failure still is an HTTP error; then streams. */
  stream(response: UpstreamResponse): Promise<ExchangeAnswer>;
  /** What a refusal means. */
  refused(response: UpstreamResponse): Promise<Refusal>;
}

export interface Refusal {
  readonly error: GatewayError;
  /** The same request without what this upstream does not know; worth one more call at once. */
  readonly healed?: Exchange;
}
