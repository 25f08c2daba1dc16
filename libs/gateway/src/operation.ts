import { GatewayError } from '#wire';
import type { Caller } from './caller.js';
import type { AnswerReport } from './exchange/exchange.js';
import type { Inbound } from './inbound.js';
import type { InferenceRequest } from './inference-request.js';
import type { AttemptRecord, OperationRecord, Outcome } from './operation-record.js';
import type { Target } from './router.js';

/** The account of one request while it runs. It is settled exactly once, however the request ends. */
export class Operation {
  private readonly startedAt = new Date();
  private readonly startedMs = performance.now();
  private readonly attempts: AttemptRecord[] = [];
  private inbound: Inbound | undefined;
  private target: Target | undefined;
  private firstByteMs: number | undefined;
  private settled = false;

  constructor(
    private readonly request: InferenceRequest,
    private readonly caller: Caller,
    private readonly settle: (record: OperationRecord) => void,
  ) {}

  get attemptCount(): number {
    return this.attempts.length;
  }

  asks(inbound: Inbound): void {
    this.inbound = inbound;
  }

  /** Opens an attempt; the returned function closes it. */
  attempt(target: Target): (outcome: Outcome, error?: unknown) => void {
    const startedMs = performance.now();
    this.target = target;
    return (outcome, error) => {
      this.attempts.push({
        number: this.attempts.length + 1,
        target: target.config.name,
        provider: target.provider.id,
        model: target.model.model,
        durationMs: performance.now() - startedMs,
        outcome,
        errorCode: codeOf(error),
      });
    };
  }

  answering(): void {
    this.firstByteMs = performance.now() - this.startedMs;
  }

  finish(outcome: Outcome, report?: AnswerReport, error?: unknown): void {
    if (this.settled) return;
    this.settled = true;
    const { inbound, target } = this;
    this.settle({
      id: this.request.id,
      keyId: this.caller.keyId,
      dialect: this.request.dialect,
      operation: this.request.operation,
      mode: this.request.durable ? 'durable' : inbound?.stream === true ? 'stream' : 'sync',
      modelAsked: inbound?.model,
      modelUsed: target?.model.model,
      modelAnswered: report?.model,
      provider: target?.provider.id,
      target: target?.config.name,
      startedAt: this.startedAt,
      firstByteMs: this.firstByteMs,
      durationMs: performance.now() - this.startedMs,
      outcome,
      errorCode: codeOf(error),
      usage: report?.usage,
      attempts: this.attempts,
    });
  }
}

function codeOf(error: unknown): string | undefined {
  if (error === undefined) return undefined;
  return error instanceof GatewayError ? error.code : 'internal';
}
