import { AsyncLocalStorage } from 'node:async_hooks';
import type { GatewayError } from '#wire';

/** What is known of a request (or of a job's run) by whoever handles it; ends up in its one log line. */
export class RequestContext {
  private readonly known: Record<string, unknown> = {};
  private failure: GatewayError | undefined;
  private pending: Promise<void> | undefined;

  constructor(
    readonly correlationId: string,
    /** Ours, as `request-id` in the answer. */
    readonly requestId: string,
  ) {}

  /** Adds to the log line. */
  annotate(fields: Readonly<Record<string, unknown>>): void {
    Object.assign(this.known, fields);
  }

  /** The request failed: decides the log line's level. The first failure counts. */
  fail(error: GatewayError): void {
    this.failure ??= error;
  }

  get error(): GatewayError | undefined {
    return this.failure;
  }

  /** The log line waits for this: a client may be gone before what it caused has been settled. */
  awaitBeforeLogging(settled: Promise<void>): void {
    this.pending = settled;
  }

  async fields(): Promise<Readonly<Record<string, unknown>>> {
    await this.pending;
    return this.known;
  }
}

/** Carries the context through everything that a request awaits. Callers and signals are arguments, not context. */
export const requestContext = new AsyncLocalStorage<RequestContext>();
