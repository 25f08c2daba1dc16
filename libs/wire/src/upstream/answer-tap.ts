import type { GatewayError } from '../gateway-error.js';
import type { StopReason, Usage } from '../messages/messages.js';

/**
 * Listens to an upstream's event stream whose bytes are relayed untouched, for accounting and to know how it ended. One per
 * stream. It never throws, and parses only the few events that matter.
 */
export interface AnswerTap {
  /** Bytes as they came, cut anywhere. They are not kept: the caller may reuse their memory. */
  push(chunk: Uint8Array): void;
  /** The upstream has closed its stream. */
  end(): void;
  /** The last word on usage, complete with nulls; undefined while there was none. */
  readonly usage: Usage | undefined;
  /** In Anthropic's terms. */
  readonly stopReason: StopReason | undefined;
  /** The model that the upstream says has answered. */
  readonly model: string | undefined;
  /** Whether the answer itself has begun; an error before that can still be told by the HTTP status. */
  readonly started: boolean;
  /** Whether the answer is whole. A stream that ended without is broken, however cleanly it was closed. */
  readonly complete: boolean;
  /** Whether the dialect's last event was seen, be it a failure: nothing behind it belongs to the answer. */
  readonly over: boolean;
  /** The failure that the stream reported, if it did. */
  readonly error: GatewayError | undefined;
}
