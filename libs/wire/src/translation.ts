import type { Message, MessagesEvent, MessagesRequest, Usage } from './messages/messages.js';
import type { SseEvent } from './sse/sse-decoder.js';
import type { Warning } from './warning.js';

/** What `to-request.ts` of an upstream dialect makes of a canonical request. */
export interface UpstreamTranslation<Body> {
  readonly body: Body;
  readonly warnings: readonly Warning[];
  /** What the way back needs to know of the way there. */
  readonly context: AnswerContext;
}

/** Kept from the request so that the answer can be put into the client's terms. */
export interface AnswerContext {
  /** The model name that the client asked for, and reads in the answer. */
  readonly model: string;
  /** Provider id and upstream model, bound into reasoning envelopes so that they are never replayed elsewhere. */
  readonly upstream: { readonly provider: string; readonly model: string };
  /** Names as sent upstream → names as the client declared them. */
  readonly toolNames: ReadonlyMap<string, string>;
  /** Emulated: no OpenAI API reports which sequence matched. */
  readonly stopSequences: readonly string[];
  /** `hidden`: the client did not ask for thinking. `omitted`: signature without text. `shown`: text and signature. */
  readonly thinking: 'hidden' | 'omitted' | 'shown';
  /** True when the client sent `context_management` and so expects its answer field. */
  readonly contextManagement: boolean;
}

export interface CanonicalAnswer {
  /** Its usage is an estimate where the upstream told none. */
  readonly message: Message;
  /** What the upstream told; undefined where it told nothing. */
  readonly usage: Usage | undefined;
  readonly warnings: readonly Warning[];
  /** The model that the upstream says has answered; the message repeats the name that the client asked for. */
  readonly model: string | undefined;
}

/**
 * Turns one upstream's stream into canonical events: Anthropic's grammar exactly (WIRE: one open block at a time, indexes
 * without gaps, one `message_start`, one `message_delta`, one `message_stop`).
 * Both methods throw `GatewayError` when the upstream reports an error, cannot be understood, or ended too early.
 */
export interface StreamReader {
  /** The events that this upstream event completes; often none or one. */
  read(event: SseEvent): readonly MessagesEvent[];
  /**
   * The upstream closed its stream, or is {@link cut} off: what is left to say, or a `GatewayError` if the answer is not whole.
   *
   * @param inputTokens an estimate, for an answer that is cut off before its upstream has told its usage
   */
  end(inputTokens?: number): readonly MessagesEvent[];
  /** The model that the upstream says has answered, once it has; Responses tells at the end. */
  readonly model: string | undefined;
  /** Warnings gathered so far. */
  readonly warnings: readonly Warning[];
  /** What the upstream has told so far, or the estimate for an answer that was cut off; undefined while there is neither. */
  readonly usage: Usage | undefined;
  /** True once nothing that the upstream says any more belongs to the answer. */
  readonly finished: boolean;
  /** True once an emulated stop sequence has matched before the upstream's own end: it may be cut off. */
  readonly cut: boolean;
  /** Encrypted reasoning that came after the signature of its block had gone out, by the id of its item; only in dialects that tell so late. */
  readonly lateReasoning?: ReadonlyMap<string, string>;
}

/** What `parse-request.ts` of an inbound dialect makes of a client's body. */
export interface InboundTranslation<Echo = unknown> {
  readonly request: MessagesRequest;
  readonly warnings: readonly Warning[];
  /** What the answer's formatter must repeat from the request; opaque outside the dialect. */
  readonly echo: Echo;
}

/** Writes canonical events in an inbound dialect, as the bytes of a server-sent event stream. */
export interface StreamFormatter {
  /** SSE text, possibly empty. */
  write(event: MessagesEvent): string;
  /** SSE text for a failure after the first byte; nothing may follow it. `errorBody` is the dialect's own error object. */
  fail(errorBody: unknown): string;
  /** SSE text that ends a whole answer. */
  end(): string;
}
