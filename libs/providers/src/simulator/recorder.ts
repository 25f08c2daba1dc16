import type { IncomingHttpHeaders } from 'node:http';
import { addUsage, noTokens, type TokenUsage } from './token-usage.js';

/** One request as it came in, and what became of its answer. */
export interface RecordedRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Names and values as sent, repetitions included. */
  readonly rawHeaders: readonly string[];
  /** As sent, compression taken off. */
  readonly body: Buffer;
  /** The parsed body; `undefined` when it is no JSON. */
  readonly json: unknown;
  readonly receivedAt: Date;
  /** When the peer went away before the answer had ended. */
  closedByClientAt?: Date;
  /** Of the answer; `undefined` until its headers are sent. */
  status?: number;
  /** Stream events handed to the socket. */
  eventsSent: number;
  /** What the answer told of tokens so far. */
  usageTold: TokenUsage;
  /** `ended` as planned by the vendor, HTTP errors included; `failed` by a scripted fault. */
  outcome: 'open' | 'ended' | 'failed' | 'closed_by_client';
}

export interface SimulatorCounts {
  readonly calls: number;
  /** By path without the query. */
  readonly byPath: Readonly<Record<string, number>>;
  readonly byStatus: Readonly<Record<number, number>>;
  readonly byOutcome: Readonly<Record<RecordedRequest['outcome'], number>>;
  /** Told by answers that ended whole: what a ledger must show, to the token. */
  readonly tokens: TokenUsage;
  /** Told by answers that broke or that nobody waited for. */
  readonly interruptedTokens: TokenUsage;
}

const mostRequests = 1000;
const mostBodyBytes = 256 * 1024 * 1024;

/** Keeps the latest requests, within bounds, and counts all of them. */
export class Recorder {
  /** The requests since the last reset: how those before it end is counted no more. */
  private counted = new WeakSet<RecordedRequest>();
  private kept: RecordedRequest[] = [];
  private keptBytes = 0;
  private calls = 0;
  private byPath = new Map<string, number>();
  private byStatus = new Map<number, number>();
  private byOutcome = { open: 0, ended: 0, failed: 0, closed_by_client: 0 };
  private tokens = noTokens;
  private interruptedTokens = noTokens;

  get requests(): readonly RecordedRequest[] {
    return [...this.kept];
  }

  get counts(): SimulatorCounts {
    return {
      calls: this.calls,
      byPath: Object.fromEntries(this.byPath),
      byStatus: Object.fromEntries(this.byStatus),
      byOutcome: { ...this.byOutcome },
      tokens: this.tokens,
      interruptedTokens: this.interruptedTokens,
    };
  }

  count(path: string): void {
    this.calls += 1;
    this.byPath.set(path, (this.byPath.get(path) ?? 0) + 1);
  }

  begin(request: RecordedRequest, path: string): void {
    this.count(path);
    this.byOutcome.open += 1;
    this.counted.add(request);
    this.kept.push(request);
    this.keptBytes += request.body.length;
    while (this.kept.length > 1 && (this.kept.length > mostRequests || this.keptBytes > mostBodyBytes)) {
      this.keptBytes -= this.kept.shift()?.body.length ?? 0;
    }
  }

  finish(request: RecordedRequest, outcome: 'ended' | 'failed' | 'closed_by_client'): void {
    if (request.outcome !== 'open') return;
    request.outcome = outcome;
    if (!this.counted.has(request)) return;
    this.byOutcome.open -= 1;
    this.byOutcome[outcome] += 1;
    if (request.status !== undefined) this.byStatus.set(request.status, (this.byStatus.get(request.status) ?? 0) + 1);
    if (outcome === 'ended') this.tokens = addUsage(this.tokens, request.usageTold);
    else this.interruptedTokens = addUsage(this.interruptedTokens, request.usageTold);
  }

  /**
   * Forgets everything, open answers too: a client has read its answer a moment before the socket has told its end here, and the
   * request of one test must not be found by the next.
   */
  reset(): void {
    this.kept = [];
    this.keptBytes = 0;
    this.calls = 0;
    this.byPath = new Map();
    this.byStatus = new Map();
    this.counted = new WeakSet();
    this.byOutcome = { open: 0, ended: 0, failed: 0, closed_by_client: 0 };
    this.tokens = noTokens;
    this.interruptedTokens = noTokens;
  }
}
