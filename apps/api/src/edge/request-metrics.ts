import { Injectable } from '@nestjs/common';
import {
  type CounterFamily,
  type CounterSeries,
  EmbeddedMetrics,
  type GaugeSeries,
  type HistogramFamily,
  type HistogramSeries,
  MetricRegistry,
  ownSeconds,
  requestSeconds,
} from '#observability';

/** A request whose answer has ended, however it ended. Milliseconds. */
export interface FinishedRequest {
  readonly method: string;
  /** The route's own pattern, so that a client cannot make one up; `other` for none. */
  readonly route: string;
  readonly status: number;
  readonly durationMs: number;
  readonly firstByteMs: number;
  /** The proxy's own share of the time to the first byte. */
  readonly ownMs: number;
  readonly errorCode: string | undefined;
  readonly authentication: unknown;
  readonly throttledBy: unknown;
}

interface RouteSeries {
  readonly firstByte: HistogramSeries;
  readonly own: HistogramSeries;
  readonly duration: Map<number, HistogramSeries>;
}

/** What nginx calls an answer that nobody waited for. */
export const clientClosed = 499;

const authenticationResults: readonly (readonly [found: string, result: string])[] = [
  ['ok', 'ok'],
  ['no key', 'no_key'],
  ['unknown key', 'unknown_key'],
];

const knownMethods: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']);

/** Counts requests, for Prometheus and for CloudWatch. Probes, documents and the metrics themselves are left out. */
@Injectable()
export class RequestMetrics {
  private readonly duration: HistogramFamily;
  private readonly firstByte: HistogramFamily;
  private readonly own: HistogramFamily;
  private readonly errors: CounterFamily;
  private readonly authentications: ReadonlyMap<unknown, CounterSeries>;
  private readonly throttled: CounterFamily;
  private readonly good: CounterSeries;
  private readonly bad: CounterSeries;
  private readonly active: GaugeSeries;
  private readonly routes = new Map<string, RouteSeries>();
  private activeCount = 0;
  private readonly embedded;

  constructor(registry: MetricRegistry, embedded: EmbeddedMetrics) {
    const route = ['http_route'];
    this.duration = registry.histogram(
      'http_server_request_duration_seconds',
      'From a request to the end of its answer',
      requestSeconds,
      ['http_request_method', ...route, 'http_response_status_code'],
    );
    this.firstByte = registry.histogram(
      'claude_proxy_http_first_byte_seconds',
      "From a request to its answer's first byte",
      requestSeconds,
      route,
    );
    this.own = registry.histogram(
      'claude_proxy_own_latency_seconds',
      "The same without the time in which an upstream or the client's body was waited for",
      ownSeconds,
      route,
    );
    this.errors = registry.counter('claude_proxy_errors_total', 'Requests that failed, by error code', ['error_type']);
    const authentications = registry.counter('claude_proxy_authentications_total', 'Keys presented, by result', [
      'result',
    ]);
    this.authentications = new Map(authenticationResults.map(([found, result]) => [found, authentications.of(result)]));
    this.throttled = registry.counter('claude_proxy_throttled_requests_total', 'Requests over a limit a minute', [
      'limit',
    ]);
    const availability = registry.counter(
      'claude_proxy_availability_total',
      'Inference and job requests; bad: a 5xx status, a stream that broke after a 200, or no credit at the vendor',
      ['result'],
    );
    this.good = availability.of('good');
    this.bad = availability.of('bad');
    this.active = registry.gauge('http_server_active_requests', 'Requests under way').of();
    this.active.set(0);
    this.embedded = {
      requests: embedded.counter('Requests'),
      errors: embedded.counter('Errors'),
      own: embedded.distribution('OverheadLatency'),
      firstByte: embedded.distribution('FirstByteLatency'),
    };
  }

  begun(): void {
    this.active.set((this.activeCount += 1));
  }

  finished(request: FinishedRequest): void {
    this.active.set((this.activeCount -= 1));
    const { route, status, errorCode, ownMs, firstByteMs } = request;
    const series = this.ofRoute(route);
    this.durationOf(series, request).observe(request.durationMs / 1000);
    if (errorCode !== undefined) this.errors.of(errorCode).add();
    this.authentications.get(request.authentication)?.add();
    if (typeof request.throttledBy === 'string') this.throttled.of(request.throttledBy).add();
    if (!isServed(route)) return;
    // Nobody waited for the first byte of an answer that was not given, and an upload that was broken off says nothing about us.
    if (status !== clientClosed) {
      series.own.observe(ownMs / 1000);
      series.firstByte.observe(firstByteMs / 1000);
      this.embedded.own.record(ownMs);
      this.embedded.firstByte.record(firstByteMs);
    }
    this.embedded.requests();
    const isBroken = status < 400 && errorCode !== undefined && errorCode !== 'client_closed';
    // Our account at the vendor is empty: no fault of the client's, though vendors say it with a 4xx.
    const isBad = status >= 500 || isBroken || errorCode === 'billing';
    if (isBad) this.embedded.errors();
    (isBad ? this.bad : this.good).add();
  }

  private ofRoute(route: string): RouteSeries {
    let series = this.routes.get(route);
    if (series === undefined) {
      series = { firstByte: this.firstByte.of(route), own: this.own.of(route), duration: new Map() };
      this.routes.set(route, series);
    }
    return series;
  }

  /** Every route has one method but for strangers' ones, so the status is key enough for the common case. */
  private durationOf(series: RouteSeries, { method, route, status }: FinishedRequest): HistogramSeries {
    if (method !== 'POST') return this.duration.of(knownMethods.has(method) ? method : '_OTHER', route, String(status));
    let duration = series.duration.get(status);
    if (duration === undefined) {
      duration = this.duration.of(method, route, String(status));
      series.duration.set(status, duration);
    }
    return duration;
  }
}

/** What clients come for. */
function isServed(route: string): boolean {
  return route.startsWith('/v1/') || route.startsWith('/api/');
}
