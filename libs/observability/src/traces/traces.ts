/** W3C trace context, as it travels in headers. */
export interface TraceContext {
  readonly traceparent: string;
  readonly tracestate?: string | undefined;
}

export type SpanKind = 'server' | 'client' | 'consumer' | 'internal';

export type SpanAttributes = Readonly<Record<string, string | number | boolean | string[] | undefined>>;

/** A step of a request's way. Never told any content: names, counts and times alone. */
export interface TraceSpan {
  /** What a system that is called is told. */
  readonly context: TraceContext;
  child(name: string, kind: SpanKind, attributes?: SpanAttributes): TraceSpan;
  rename(name: string): void;
  set(attributes: SpanAttributes): void;
  /**
   * @param errorType low-cardinality name of what went wrong; undefined: it went well
   * @param endedMs on the clock of `performance.now()`, where that was before now
   */
  end(errorType?: string, endedMs?: number): void;
}

/** Where spans begin. Nothing of it exists where traces are off. */
export interface Traces {
  start(name: string, kind: SpanKind, parent: TraceContext | undefined, attributes?: SpanAttributes): TraceSpan;
  /** Sends what has not been sent. */
  close(): Promise<void>;
}

/** Injection token of `Traces`; its value is `undefined` where traces are off. */
export const TRACES = Symbol('Traces');

const wellFormed = /^[\da-f]{2}-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}$/;
const longestState = 512;

/** The context that a caller has sent, if it is one: https://www.w3.org/TR/trace-context/ */
export function traceContextFrom(traceparent: unknown, tracestate?: unknown): TraceContext | undefined {
  if (typeof traceparent !== 'string' || !wellFormed.test(traceparent) || traceparent.startsWith('ff'))
    return undefined;
  if (typeof tracestate !== 'string' || tracestate === '' || tracestate.length > longestState) return { traceparent };
  return { traceparent, tracestate };
}

/** As headers of a call; empty where there is nothing to tell. */
export function traceHeaders(context: TraceContext | undefined): Record<string, string> {
  if (context === undefined) return {};
  const { traceparent, tracestate } = context;
  return tracestate === undefined ? { traceparent } : { traceparent, tracestate };
}
