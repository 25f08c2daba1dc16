import type { TargetConfig } from '#config';
import type { UpstreamDialect, UpstreamModel } from '#wire';

/** What is asked of an upstream: to answer, or only to count what the question would cost. */
export type UpstreamOperation = 'generate' | 'count_tokens';

/** A call as the gateway describes it to a provider. */
export interface UpstreamCall {
  readonly operation: UpstreamOperation;
  readonly dialect: UpstreamDialect;
  /** The name sent upstream: a model or a deployment. */
  readonly model: string;
  /**
   * The client's own headers that may matter to an upstream of its own dialect, lower-cased; empty when the request was
   * translated, because they then speak of another protocol. Never contains a credential.
   */
  readonly clientHeaders: Readonly<Record<string, string>>;
  /** The client's query with its `?`, or `''`; empty as well when the request was translated. */
  readonly query: string;
}

/** Where a call goes and how it identifies itself. The body is the gateway's business. */
export interface UpstreamAddress {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Path with its query. */
  readonly path: string;
  /** Lower-cased; credentials included. */
  readonly headers: Record<string, string>;
}

/**
 * One kind of upstream. A provider says what its models can do and where a call goes; it does no I/O and translates nothing:
 * translation belongs to the dialects in `#wire`, retries and timeouts to the gateway.
 */
export interface Provider {
  /** Unique and stable, in lower case with hyphens: it is stored in usage rows and in reasoning envelopes. */
  readonly id: string;

  /**
   * Names worth listing where a route takes a whole pattern of them, the latest first. Empty where they differ from server to
   * server; the upstream may serve others besides.
   */
  readonly knownModels: readonly string[];

  /**
   * What `target` serves when a client asks for `model`: the target's fixed model if it has one, else the name itself. Its
   * capabilities are those of the target's `baseModel` or of that name, and what the operator says of them (`capabilities`) is stronger.
   */
  modelOf(target: TargetConfig, model: string): UpstreamModel;

  /** The dialects that this upstream understands for that model, the preferred one first. Never empty. */
  dialectsOf(model: UpstreamModel): readonly UpstreamDialect[];

  /** Whether the upstream can count tokens itself; the gateway estimates otherwise. */
  countsTokens(model: UpstreamModel): boolean;

  /** Pure: the same call gives the same address. */
  address(target: TargetConfig, call: UpstreamCall): UpstreamAddress;
}
