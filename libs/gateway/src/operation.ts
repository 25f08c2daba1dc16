import { requestContext, type TraceContext, type TraceSpan } from '#observability';
import { GatewayError } from '#wire';
import type { Prices } from './account/prices.js';
import { tokenCounts } from './account/token-counts.js';
import type { Caller } from './caller.js';
import type { AnswerReport } from './exchange/exchange.js';
import { upstreamRequestId } from './exchange/relayed-headers.js';
import type { Inbound } from './inbound.js';
import type { InferenceRequest } from './inference-request.js';
import type { AttemptRecord, OperationRecord, Outcome } from './operation-record.js';
import type { Target } from './router.js';
import type { OperationTrace } from './telemetry/operation-trace.js';
import { UpstreamWait } from './telemetry/upstream-wait.js';

type OpenAttempt = { -readonly [Member in keyof AttemptRecord]: AttemptRecord[Member] } & {
  readonly startedMs: number;
  readonly span: TraceSpan | undefined;
};

/** The account of one request while it runs. It is settled exactly once, however the request ends. */
export class Operation {
  private readonly startedAt = new Date();
  private readonly startedMs = performance.now();
  private readonly correlationId = requestContext.getStore()?.correlationId;
  private readonly attempts: OpenAttempt[] = [];
  private answered: OpenAttempt | undefined;
  private inbound: Inbound | undefined;
  private target: Target | undefined;
  /** Of the last answer from `target`. */
  private upstreamHeaders: Readonly<Record<string, string>> = {};
  private firstByteMs: number | undefined;
  private settled = false;
  /** Until the answer begins. */
  readonly upstreamWait = new UpstreamWait();

  constructor(
    private readonly request: InferenceRequest,
    private readonly caller: Caller,
    private readonly prices: Prices,
    private readonly settle: (record: OperationRecord) => void,
    private readonly trace?: OperationTrace,
  ) {}

  /** Upstream calls begun. */
  get attemptCount(): number {
    return this.attempts.length;
  }

  /** What an answer tells of where it comes from, a refusal as well; empty where no upstream was called. */
  get provenance(): Readonly<Record<string, string>> {
    if (this.target === undefined) return {};
    const requestId = upstreamRequestId(this.upstreamHeaders);
    return {
      'x-proxy-upstream': this.target.config.name,
      'x-proxy-attempts': String(this.attemptCount),
      ...(requestId !== undefined && { 'x-upstream-request-id': requestId }),
    };
  }

  /** What the upstream of the attempt begun last is told. */
  get upstreamTrace(): TraceContext | undefined {
    return this.attempts.at(-1)?.span?.context ?? requestContext.getStore()?.trace;
  }

  asks(inbound: Inbound): void {
    this.inbound = inbound;
  }

  /** Opens an attempt; the returned function closes it, the first time it is called. `ended`: this one answers. */
  attempt(target: Target): (outcome: Outcome, error?: unknown) => void {
    const attempt: OpenAttempt = {
      number: this.attempts.length + 1,
      target: target.config.name,
      provider: target.provider.id,
      model: target.model.model,
      status: undefined,
      firstByteMs: undefined,
      durationMs: 0,
      outcome: 'aborted',
      errorCode: undefined,
      usage: undefined,
      startedMs: performance.now(),
      span: this.trace?.attempt(target),
    };
    if (target !== this.target) this.upstreamHeaders = {};
    this.target = target;
    this.attempts.push(attempt);
    let open = true;
    return (outcome, error) => {
      if (!open) return;
      open = false;
      end(attempt, outcome, error);
      if (outcome === 'ended') this.answered = attempt;
      else if (attempt.span !== undefined) this.trace?.endAttempt(attempt.span, attempt);
    };
  }

  /** The upstream of the attempt begun last has sent its status and headers. */
  responded(status: number, headers: Readonly<Record<string, string>>): void {
    this.upstreamHeaders = headers;
    const attempt = this.attempts.at(-1);
    if (attempt === undefined) return;
    attempt.status = status;
    attempt.firstByteMs = performance.now() - attempt.startedMs;
  }

  answering(): void {
    this.upstreamWait.close();
    this.firstByteMs = performance.now() - this.startedMs;
  }

  finish(outcome: Outcome, report?: AnswerReport, error?: unknown): void {
    if (this.settled) return;
    this.settled = true;
    const { inbound, target, answered, request } = this;
    if (answered !== undefined) {
      end(answered, outcome, error);
      answered.usage = report?.usage;
      if (answered.span !== undefined) this.trace?.endAttempt(answered.span, answered);
    }
    this.settle({
      id: request.id,
      keyId: this.caller.keyId,
      correlationId: this.correlationId ?? request.id,
      dialect: request.dialect,
      operation: request.operation,
      mode: request.durable ? 'durable' : inbound?.stream === true ? 'stream' : 'sync',
      modelAsked: inbound?.model,
      modelUsed: target?.model.model,
      modelAnswered: report?.model,
      provider: target?.provider.id,
      target: target?.config.name,
      startedAt: this.startedAt,
      firstByteMs: this.firstByteMs,
      upstreamWaitMs: this.upstreamWait.totalMs,
      durationMs: performance.now() - this.startedMs,
      outcome,
      errorCode: codeOf(error),
      status: this.status(error),
      usage: report?.usage,
      costMicroUsd: this.cost(outcome, report),
      attempts: this.attempts,
    });
  }

  private status(error: unknown): number {
    // Once an answer has begun, a failure can no longer change its status; a job's caller has not been told one yet.
    const told = this.firstByteMs !== undefined && !this.request.durable;
    if (error === undefined || told) return 200;
    return error instanceof GatewayError ? (error.context.relay?.status ?? error.status) : 500;
  }

  private cost(outcome: Outcome, report: AnswerReport | undefined): number | null {
    if (report?.usage === undefined) return this.request.operation === 'generate' && this.begun(outcome) ? null : 0;
    const { target } = this;
    return this.prices.cost([target?.config.baseModel, target?.model.model, report.model], tokenCounts(report.usage));
  }

  /** Whether an upstream has begun an answer, and so charges for tokens. It may be at work on it while its client leaves. */
  private begun(outcome: Outcome): boolean {
    const last = this.attempts.at(-1);
    const leftAtWork = last?.outcome === 'aborted' && last.status !== undefined && last.status < 300;
    return outcome === 'ended' || this.answered !== undefined || leftAtWork;
  }
}

function end(attempt: OpenAttempt, outcome: Outcome, error: unknown): void {
  attempt.durationMs = performance.now() - attempt.startedMs;
  attempt.outcome = outcome;
  attempt.errorCode = codeOf(error);
}

function codeOf(error: unknown): string | undefined {
  if (error === undefined) return undefined;
  return error instanceof GatewayError ? error.code : 'internal';
}
