import { AsyncLocalStorage } from 'node:async_hooks';
import type { GatewayError } from '#wire';
import type { TraceContext, TraceSpan } from './traces/traces.js';

/** What is known of a request (or of a job's run) by whoever handles it; ends up in its one log line. */
export class RequestContext {
  private readonly annotations: Readonly<Record<string, unknown>>[] = [];
  private failure: GatewayError | undefined;
  private headers: Readonly<Record<string, string>> = {};
  private unsettled = 0;
  private whenAllSettled: (() => void) | undefined;
  private waited = 0;
  private firstByteAt: number | undefined;
  /** The step that the request is at; undefined where traces are off. */
  span: TraceSpan | undefined;

  constructor(
    readonly correlationId: string,
    /** Ours, as `request-id` in the answer. */
    readonly requestId: string,
    /** What the caller has sent, as far as it makes sense. */
    private readonly incomingTrace?: TraceContext,
  ) {}

  /** Adds to the log line. Every field is told once. */
  annotate(fields: Readonly<Record<string, unknown>>): void {
    this.annotations.push(fields);
  }

  /** The request failed: decides the log line's level. The first failure counts. */
  fail(error: GatewayError): void {
    this.failure ??= error;
  }

  get error(): GatewayError | undefined {
    return this.failure;
  }

  /** Headers that tell an error's reader which upstream was called last, and how many calls there were. */
  comesFrom(headers: Readonly<Record<string, string>>): void {
    this.headers = headers;
  }

  /** Their names are lower-cased; empty where no upstream was called. */
  get provenance(): Readonly<Record<string, string>> {
    return this.headers;
  }

  /** What systems that are called next are told, also where traces are off: who asked us may keep one, and so may they. */
  get trace(): TraceContext | undefined {
    return this.span?.context ?? this.incomingTrace;
  }

  /** Time before the answer's first byte in which others were waited for: the client's body, an upstream. Milliseconds. */
  waitedFor(ms: number): void {
    this.waited += ms;
  }

  get waitedMs(): number {
    return this.waited;
  }

  /** The answer begins; the first call counts. */
  begunToAnswer(): void {
    this.firstByteAt ??= performance.now();
  }

  /** On the clock of `performance.now()`; undefined where nothing has been said. */
  get firstByteAtMs(): number | undefined {
    return this.firstByteAt;
  }

  /** The log line waits for what the request has caused: a client may be gone before that is settled. */
  opened(): void {
    this.unsettled += 1;
  }

  settled(): void {
    this.unsettled -= 1;
    this.tell();
  }

  /** Calls back once, when nothing that was opened is unsettled. */
  whenSettled(then: () => void): void {
    this.whenAllSettled = then;
    this.tell();
  }

  /** `first` with everything that was added. */
  complete<T extends object>(first: T): T & Readonly<Record<string, unknown>> {
    // V8 copies what a literal begins with as a whole and the rest member by member; what comes last is an operation's account.
    const known = { ...this.annotations.at(-1), ...first };
    return Object.assign(known, ...this.annotations.slice(0, -1)) as typeof known;
  }

  private tell(): void {
    if (this.unsettled > 0) return;
    const then = this.whenAllSettled;
    this.whenAllSettled = undefined;
    then?.();
  }
}

/** Carries the context through everything that a request awaits. Callers and signals are arguments, not context. */
export const requestContext = new AsyncLocalStorage<RequestContext>();
